/**
 * What did not succeed, in groups: a thousand failures are mostly a few mistakes.
 */
import { ask } from "./ask.js";
import { howOf, taskLink } from "./overview.js";
import { count, countOf, make, plain, stateMark } from "./words.js";

/** How many names of a group are shown. */
const namesMax = 24;

/** The view of failures. */
export class FailureGroups {
  /**
   * @param {HTMLElement} box
   * @param {{ open: (name: string) => void }} parts
   */
  constructor(box, { open }) {
    this.open = open;
    this.heading = make("h2", {}, "What did not succeed");
    this.groups = make("div");
    box.append(this.heading, this.groups);
  }

  /** Shows the groups. */
  async show() {
    if (this.groups.childElementCount === 0) {
      this.groups.append(make("p", { class: "quiet" }, "Reading what failed tasks wrote last …"));
    }
    /** @type {import("./overview.js").Failures} */
    const { failed, canceled, omitted, total, ways, groups } = await ask("failures");
    const parts = [[failed, "failed"], [canceled, "canceled"], [omitted, "omitted"]].filter(([n]) => n !== 0)
      .map(([n, word]) => `${count(Number(n))} ${word}`);
    const inWays = ways > 1 ? `, in ${ways} ways` : "";
    this.heading.textContent = parts.length === 0
      ? `Of ${countOf(total, "task")} none failed`
      : `Of ${countOf(total, "task")} ${parts.join(", ")}${inWays}`;
    this.groups.replaceChildren(...groups.map((group) => {
      const names = make(
        "p",
        { class: "names small" },
        ...group.tasks.slice(0, namesMax).map((name) => taskLink(name, this.open)),
      );
      const more = group.count - Math.min(namesMax, group.tasks.length);
      if (more > 0) names.append(make("span", { class: "quiet" }, `and ${count(more)} more`));
      return make(
        "div",
        { class: "group" },
        make(
          "p",
          {},
          make("span", { class: "count" }, `${count(group.count)} × `),
          stateMark(group.state),
          `, ${howOf(group)}`,
        ),
        make("p", { class: "mono" }, make("bdi", {}, plain(group.words))),
        names,
      );
    }));
    if (groups.length === 0) {
      this.groups.replaceChildren(
        make("p", { class: "quiet" }, "What fails is grouped here by its cause and its last line."),
      );
    } else if (ways > groups.length) {
      this.groups.append(
        make("p", { class: "quiet" }, `and ${ways - groups.length} more ways: qcgpj failures tells all`),
      );
    }
  }
}
