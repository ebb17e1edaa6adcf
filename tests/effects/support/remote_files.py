"""A file system in memory that answers until it is told to die, as one of another machine does.

usage: remote_files.py FOLDER. On standard input a line "die" lets every call on the folder wait, so that a process that
waits can be killed (as on NFS); "die for good" lets it wait for what it has asked whatever signal comes; "answer" takes
back the first. At the end of the input the folder is given back, and who waits gets an error.
"""

import ctypes
import os
import select
import stat
import struct
import sys
import time

ENOENT, EEXIST, ENOTDIR, EISDIR, ENOSYS = 2, 17, 20, 21, 38
libc = ctypes.CDLL(None, use_errno=True)


class Node:
    def __init__(self, number, mode):
        self.number, self.mode, self.content, self.entries, self.changed = number, mode, bytearray(), {}, time.time()


root = Node(1, stat.S_IFDIR | 0o777)
nodes = {1: root}


def attributes(node):
    seconds, part = int(node.changed), int(node.changed % 1 * 1e9)
    times = (seconds, seconds, seconds, part, part, part)
    return struct.pack("<QQQQQQIIIIIIIIII", node.number, len(node.content), 0, *times, node.mode, 1, 0, 0, 0, 4096, 0)


def entry(node):
    return struct.pack("<QQQQII", node.number, 0, 0, 0, 0, 0) + attributes(node)


def opened():
    return struct.pack("<QII", 0, 1, 0)  # Nothing is kept by the kernel.


def added(parent, name, mode):
    node = Node(max(nodes) + 1, mode)
    nodes[node.number] = parent.entries[name] = node
    return node


def name_in(rest):
    return rest.split(b"\0", 1)[0]


def renamed(node, rest):
    target = nodes[struct.unpack_from("<Q", rest)[0]]
    old, new = rest[8:].split(b"\0")[:2]
    if old not in node.entries:
        return -ENOENT
    target.entries[new] = node.entries.pop(old)
    return b""


def removed(node, rest):
    return b"" if node.entries.pop(name_in(rest), None) else -ENOENT


def changed(node, rest):
    if struct.unpack_from("<I", rest)[0] & 8:
        size = struct.unpack_from("<Q", rest, 16)[0]
        node.content = node.content[:size].ljust(size, b"\0")
        node.changed = time.time()
    return struct.pack("<QII", 0, 0, 0) + attributes(node)


def written(node, rest):
    offset, size = struct.unpack_from("<QI", rest, 8)
    node.content[offset:offset + size] = rest[40:40 + size]
    node.changed = time.time()
    return struct.pack("<II", size, 0)


def read(node, rest):
    offset, size = struct.unpack_from("<QI", rest, 8)
    return bytes(node.content[offset:offset + size])


def listed(node, rest):
    offset = struct.unpack_from("<Q", rest, 8)[0]
    text = b""
    for at, (name, child) in list(enumerate(node.entries.items()))[offset:]:
        one = struct.pack("<QQII", child.number, at + 1, len(name), child.mode >> 12) + name
        text += one.ljust(-(-len(one) // 8) * 8, b"\0")
    return text


def found(node, rest):
    child = node.entries.get(name_in(rest))
    return -ENOENT if child is None else entry(child)


def made(node, rest, kind, at):
    name = name_in(rest[at:])
    if name in node.entries:
        return -EEXIST
    return entry(added(node, name, kind | struct.unpack_from("<I", rest)[0] & 0o777))


def created(node, rest):
    name = name_in(rest[16:])
    child = node.entries.get(name) or added(node, name, stat.S_IFREG | struct.unpack_from("<I", rest, 4)[0] & 0o777)
    return entry(child) + opened()


answers = {
    1: found,
    3: lambda node, rest: struct.pack("<QII", 0, 0, 0) + attributes(node),
    4: changed,
    8: lambda node, rest: made(node, rest, stat.S_IFREG, 16),
    9: lambda node, rest: made(node, rest, stat.S_IFDIR, 8),
    10: removed,
    11: removed,
    12: renamed,
    14: lambda node, rest: opened(),
    15: read,
    16: written,
    17: lambda node, rest: bytes(80),
    26: lambda node, rest: struct.pack("<IIIIHHIIHHI28x", 7, 31, 65536, 0, 16, 12, 65536, 1, 0, 0, 0),
    27: lambda node, rest: opened(),
    28: listed,
    35: created,
    45: lambda node, rest: renamed(node, rest[:8] + rest[16:]),
}
for code in (18, 20, 25, 29, 30, 34):
    answers[code] = lambda node, rest: b""


def answer(device, request):
    _, code, unique, number = struct.unpack_from("<IIQQ", request)
    if code in (2, 36, 42):
        return  # Nobody waits for these.
    made_of = answers.get(code)
    told = made_of(nodes.get(number, root), request[40:]) if made_of else -ENOSYS
    error, body = (told, b"") if isinstance(told, int) else (0, told)
    try:
        os.write(device, struct.pack("<IiQ", 16 + len(body), error, unique) + body)
    except OSError:
        pass  # Who asked was killed.


def main(folder):
    device = os.open("/dev/fuse", os.O_RDWR)
    options = b"fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions" % device
    if libc.mount(b"remote", folder.encode(), b"fuse", 0, options) != 0:
        sys.exit(f"cannot mount: {os.strerror(ctypes.get_errno())}")
    answer(device, os.read(device, 1 << 20))
    print("ready", flush=True)
    state, end = "answer", time.monotonic() + 120
    while time.monotonic() < end:
        waits = [0] + ([] if state == "die" else [device])
        for one in select.select(waits, [], [], 1)[0]:
            if one == 0:
                text = os.read(0, 100).decode()
                if text == "":
                    end = 0
                    continue
                state = text.strip()
                print(state, flush=True)
            else:
                request = os.read(device, 1 << 20)
                if state == "answer":
                    answer(device, request)
    libc.umount2(folder.encode(), 2)
    os.close(device)


main(sys.argv[1])
