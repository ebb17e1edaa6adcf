/**
 * Reads from one source text what the rules of the house ask about. The text is parsed by `deno lint`, so comments,
 * strings and regular expressions cannot be mistaken for code. Works only inside `deno test`. What follows an empty
 * statement is not visited (seen in Deno 2.9.6); the formatter removes those.
 *
 * @module
 */

/** Something at a line of a file. */
export interface Found {
  /** What stands there. */
  readonly text: string;
  /** 1-based line. */
  readonly line: number;
}

/** What the rules ask about one file. */
export interface SourceFacts {
  /** Specifiers of all imports and re-exports, of types too. */
  readonly imports: readonly Found[];
  /** `import(…)` expressions. */
  readonly dynamicImports: readonly Found[];
  /** Names and dotted names that are used: `Deno.open` and `Deno`; `new Date()` when it asks for the time. */
  readonly uses: readonly Found[];
  /** Names that the file gives to variables, parameters, functions, classes and types. */
  readonly names: readonly Found[];
  /** Comments without their marks; those of documentation start with an asterisk. */
  readonly comments: readonly Found[];
  /** Functions: their name and their length in lines. */
  readonly functions: readonly (Found & { readonly lines: number })[];
}

type AnyNode = Deno.lint.Node & { readonly parent?: AnyNode };

/** Reads the facts of one source text; `path` tells only the language. */
export function readFacts(path: string, text: string): SourceFacts {
  const imports: Found[] = [];
  const dynamicImports: Found[] = [];
  const uses: Found[] = [];
  const names: Found[] = [];
  const comments: Found[] = [];
  const functions: (Found & { lines: number })[] = [];
  // A name of the file's own hides the global of that name.
  const hidden = new Set<string>();
  const lineEnds = [...text.matchAll(/\n/g)].map(({ index }) => index);
  // The line of an offset is one more than the line ends before it.
  const lineAt = (offset: number): number => {
    let [low, high] = [0, lineEnds.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lineEnds[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
  const found = (node: { range: Deno.lint.Range }, what: string): Found => ({
    text: what,
    line: lineAt(node.range[0]),
  });
  const specifier = (node: Deno.lint.Node, source: { value: unknown } | null | undefined): void => {
    if (source) imports.push(found(node, String(source.value)));
  };
  const measure = (node: Deno.lint.Node, name: string): void => {
    functions.push({ ...found(node, name), lines: lineAt(node.range[1]) - lineAt(node.range[0]) + 1 });
  };
  const visitor: Deno.lint.LintVisitor = {
    ImportDeclaration: (node) => specifier(node, node.source),
    ExportAllDeclaration: (node) => specifier(node, node.source),
    ExportNamedDeclaration: (node) => specifier(node, node.source),
    ImportExpression: (node) => void dynamicImports.push(found(node, text.slice(...node.range))),
    TSImportType: (node) => {
      const quoted = /import\(\s*["'](.+?)["']/.exec(text.slice(...node.range))?.[1];
      if (quoted !== undefined) imports.push(found(node, quoted));
    },
    Identifier: (node) => {
      const parent = node.parent as AnyNode | undefined;
      const givesName = parent !== undefined && isName(node, parent);
      if (givesName) names.push(found(node, node.name));
      if (givesName || parent?.parent?.type === "ObjectPattern") hidden.add(node.name);
      else if (!parent || !isKey(node, parent)) uses.push(found(node, node.name));
    },
    MemberExpression: (node) => void uses.push(found(node, text.slice(...node.range).replaceAll(/\s|\?(?=\.)/g, ""))),
    NewExpression: (node) => {
      const asksForTime = node.arguments.length === 0;
      if (asksForTime) uses.push(found(node, `new ${text.slice(...node.callee.range)}()`));
    },
    FunctionDeclaration: (node) => measure(node, node.id?.name ?? "function"),
    MethodDefinition: (node) => measure(node, text.slice(...node.key.range)),
  };
  const create = ({ sourceCode }: Deno.lint.RuleContext): Deno.lint.LintVisitor => {
    comments.push(...sourceCode.getAllComments().map((comment) => found(comment, comment.value)));
    return visitor;
  };
  Deno.lint.runPlugin({ name: "house", rules: { facts: { create } } }, path, text);
  const visible = uses.filter((use) => !hidden.has(use.text));
  return { imports, dynamicImports, uses: visible, names, comments, functions };
}

/** Tells whether the identifier gives a name to something, rather than using the name. */
function isName(node: Deno.lint.Identifier, parent: AnyNode): boolean {
  const named = parent as { id?: unknown; params?: unknown; param?: unknown; parameter?: unknown; left?: unknown };
  const places = [named.id, named.params, named.param, named.parameter];
  if (parent.type === "AssignmentPattern") places.push(named.left);
  return places.flat().some((place) => at(place, node));
}

/** Tells whether the identifier is a property's name, which says nothing about what is in scope. */
function isKey(node: Deno.lint.Identifier, parent: AnyNode): boolean {
  const owner = parent as {
    key?: unknown;
    property?: unknown;
    computed?: boolean;
    shorthand?: boolean;
    value?: unknown;
  };
  if (parent.type === "MemberExpression") return !owner.computed && at(owner.property, node);
  if (parent.type === "TSQualifiedName") return at((parent as { right?: unknown }).right, node);
  return at(owner.key, node) && !owner.computed && !owner.shorthand;
}

function at(candidate: unknown, node: Deno.lint.Node): boolean {
  const range = (candidate as Deno.lint.Node | null | undefined)?.range;
  return range !== undefined && range[0] === node.range[0] && range[1] === node.range[1];
}
