/**
 * Conversations on the wire, recorded between sockets of libzmq 4.3.5 (pyzmq 27.3.0): what the client sent, and what its
 * server answered. `REQ`: two requests. `DEALER`: with the identity `me`, one request with an envelope and one without,
 * and a heartbeat. `SUB`: subscribes to `IFI` and `JFI`, is told one message, and unsubscribes from `IFI`.
 *
 * @module
 */

/** A recorded conversation, both sides as hexadecimal digits. */
export interface Trace {
  readonly client: string;
  readonly server: string;
}

const greeting = "ff00000000000000017f03014e554c4c" + "00".repeat(48);
const long = (letter: string): string => "02000000000000012c" + letter.repeat(300);

/** From a `REQ` socket to a `REP` socket. */
export const reqTrace: Trace = {
  client: greeting +
    "04260552454144590b536f636b65742d5479706500000003524551084964656e74697479000000000100" +
    "00147b2272657175657374223a22737461747573227d0100" + long("78"),
  server: greeting +
    "04190552454144590b536f636b65742d54797065000000035245500100000b7b22636f6465223a20307d0100" + long("79"),
};

/** From a `DEALER` socket to a `ROUTER` socket, which answered the second request first. */
export const dealerTrace: Trace = {
  client: "ff00000000000000037f03014e554c4c" + "00".repeat(48) +
    "042b0552454144590b536f636b65742d54797065000000064445414c4552084964656e74697479000000026d65" +
    "010000016100016204070450494e470000",
  server: greeting +
    "04290552454144590b536f636b65742d5479706500000006524f55544552084964656e7469747900000000" +
    "0001620100000161040504504f4e47",
};

/** From a `SUB` socket to a `PUB` socket. */
export const subTrace: Trace = {
  client: greeting +
    "04190552454144590b536f636b65742d5479706500000003535542" +
    "040d09535542534352494245494649040d095355425343524942454a4649040a0643414e43454c494649",
  server: greeting +
    "04190552454144590b536f636b65742d5479706500000003505542000c4a4649207b2261223a20317d",
};

/** Bytes of hexadecimal digits. */
export function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromHex(hex);
}
