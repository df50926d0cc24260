/** A Vite plugin: `import page from "x.md?page"` gives the Markdown as HTML, made when the site is built; its pictures become files of it. */
import { readFile } from "node:fs/promises";
import { Marked, type Tokens } from "marked";
import type { Plugin } from "vite";

const QUERY = "?page";

/** A neighbouring page: the page it is shown in knows how to get there. */
const NEIGHBOUR = /^([\w-]+)\.md$/;

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const attribute = (text: string): string => escaped(text).replaceAll('"', "&quot;");

/** "_k", "^c", "_{i in S}", "_pixel,c": what stands below or above the line. */
const SCRIPT = /([_^])(?:\{([^}]*)\}|([\p{L}\d]+(?:,\p{L}(?![\p{L}\d]))?))/gu;
/** Code inside a sentence that is a formula: a letter or two with scripts, or anything derived. Other code may have underscores of its own. */
const SMALL_FORMULA = /∂|^\p{L}{1,2}(?:[_^][\p{L}\d]{1,3})+$/u;

const formula = (text: string): string =>
  escaped(text).replaceAll(SCRIPT, (_, mark: string, braced?: string, bare?: string) => {
    const tag = mark === "_" ? "sub" : "sup";
    return `<${tag}>${braced ?? bare ?? ""}</${tag}>`;
  });

/** Its title is left out, because the place it is shown in has one; headings go down a level; raw HTML is text. */
const marked = new Marked({
  renderer: {
    heading({ tokens, depth }: Tokens.Heading) {
      return depth === 1 ? "" : `<h${depth + 1}>${this.parser.parseInline(tokens)}</h${depth + 1}>\n`;
    },
    /** Indented lines are formulas in these pages; fenced ones would be code. */
    code({ text, codeBlockStyle }: Tokens.Code) {
      return codeBlockStyle === "indented" ? `<pre class="formula">${formula(text)}</pre>\n` : `<pre><code>${escaped(text)}</code></pre>\n`;
    },
    codespan({ text }: Tokens.Codespan) {
      return SMALL_FORMULA.test(text) ? `<span class="formula">${formula(text)}</span>` : `<code>${escaped(text)}</code>`;
    },
    link({ href, tokens }: Tokens.Link) {
      const text = this.parser.parseInline(tokens);
      const method = NEIGHBOUR.exec(href)?.[1];
      if (method !== undefined) return `<a href="./?method=${method}" data-method="${method}">${text}</a>`;
      return `<a href="${attribute(href)}" target="_blank" rel="noopener">${text}</a>`;
    },
    image({ href, text }: Tokens.Image) {
      return `<img src="${attribute(href)}" alt="${attribute(text)}" loading="lazy" />`;
    },
    html({ text }: Tokens.HTML | Tokens.Tag) {
      return escaped(text);
    },
  },
});

export function pageOf(markdown: string): string {
  const page = marked.parse(markdown, { async: false });
  return page.replaceAll("<table>", '<div class="table" tabindex="0"><table>').replaceAll("</table>", "</table></div>");
}

/** JavaScript that exports a page, with the addresses that its pictures get in the site. */
export function moduleOf(page: string): string {
  const pictures: string[] = [];
  const pieces = page.split(/(?<=<img src=")([^":]+)(?=")/).map((piece, i) => {
    if (i % 2 === 0) return JSON.stringify(piece);
    pictures.push(piece);
    return `p${pictures.length - 1}`;
  });
  const imports = pictures.map((path, i) => `import p${i} from ${JSON.stringify(`./${path}?url`)};\n`);
  return `${imports.join("")}export default ${pieces.join(" + ")};`;
}

export function methodPages(): Plugin {
  return {
    name: "whybox-method-pages",
    enforce: "pre",
    async load(id) {
      if (!id.endsWith(".md" + QUERY)) return null;
      const file = id.slice(0, -QUERY.length);
      this.addWatchFile(file);
      return moduleOf(pageOf(await readFile(file, "utf8")));
    },
  };
}
