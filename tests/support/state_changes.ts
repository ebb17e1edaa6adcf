/**
 * Finds in a source text the functions that change state, and the invariants that they check. The text is parsed by
 * `deno lint`, so this works only inside `deno test`.
 *
 * @module
 */

/** What a file does to state. */
export interface StateChanges {
  /**
   * Functions that change what is kept in an object which was there before them; constructors make theirs, so they do
   * not. Nor does one that asks another object to do something: what that changes is counted there. Flags do not count,
   * nor do fields for one object, function or promise: nothing else has to agree with them.
   */
  readonly functions: readonly string[];
  /** How many invariants the file checks. */
  readonly invariants: number;
}

/** Methods that change the collection of a field. */
const changers = /(?<owner>\w+|\))\.(?<field>#?\w+)\??\.(?:add|clear|delete|fill|pop|push|set|shift|splice|unshift)$/;
/** Types and values of fields that are collections: those of the language, and ours that only hold things. */
const collections = /(?:Map|Set|Array|Heap|Blocks|Inbox)\b|\[\]/;
/** Names of flags: what is true or not. */
const flagNames = /^#?(?:is|has|are|may|wants)[A-Z]/;
/** Types, or first values, of fields for one object, function or promise. */
const handleTypes = /=>|\b(?!Infinity\b|NaN\b|Map\b|Set\b)[A-Z]\w*/;
/** What checks an invariant. */
const checks: ReadonlySet<string> = new Set(["invariant", "present"]);

/** Reads a source text; `path` tells only the language. */
export function readStateChanges(path: string, text: string): StateChanges {
  const functions: { readonly name: string; readonly range: Deno.lint.Range }[] = [];
  const changes: number[] = [];
  /** Fields of classes here that hold another object, which is no collection. */
  const objects = new Set<string>();
  /** Fields of classes here for one object, function or promise. */
  const handles = new Set<string>();
  let invariants = 0;
  const textOf = (node: { readonly range: Deno.lint.Range }): string => text.slice(...node.range);
  const change = (node: Deno.lint.Node, target: Deno.lint.Node): void => {
    if (target.type !== "MemberExpression") return;
    const field = textOf(target.property);
    if (!flagNames.test(field) && !handles.has(field)) changes.push(node.range[0]);
  };
  const visitor: Deno.lint.LintVisitor = {
    FunctionDeclaration: (node) => void functions.push({ name: node.id?.name ?? "", range: node.range }),
    MethodDefinition: (node) => void functions.push({ name: textOf(node.key), range: node.range }),
    PropertyDefinition: (node) => {
      const kind = node.typeAnnotation ?? node.value;
      if (kind && !collections.test(textOf(kind))) objects.add(textOf(node.key));
      if (kind && handleTypes.test(textOf(kind)) && !collections.test(textOf(kind))) handles.add(textOf(node.key));
    },
    AssignmentExpression: (node) => change(node, node.left),
    UpdateExpression: (node) => change(node, node.argument),
    CallExpression: (node) => {
      const callee = textOf(node.callee);
      if (checks.has(callee)) invariants++;
      const { owner, field } = changers.exec(callee)?.groups ?? {};
      if (field !== undefined && !(owner === "this" && objects.has(field))) changes.push(node.range[0]);
    },
  };
  Deno.lint.runPlugin({ name: "house", rules: { changes: { create: () => visitor } } }, path, text);
  const changed = new Set(
    changes.map((at) => functions.findLast(({ range }) => range[0] <= at && at < range[1])?.name),
  );
  changed.delete(undefined);
  changed.delete("constructor");
  return { functions: [...changed] as string[], invariants };
}
