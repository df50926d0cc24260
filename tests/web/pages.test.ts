import { readdirSync, readFileSync } from "node:fs";
import { crc32 as zlibCrc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { moduleOf, pageOf } from "../../web/plugins/pages";
import { crc32, withText } from "../../web/src/paint/png";

const FOLDER = new URL("../../core/explainers/", import.meta.url);

describe("a method's page", () => {
  it("leaves its title to the place it is shown in, and puts headings one level below", () => {
    expect(pageOf("# Name\n\nIdea.\n\n## How it fails\n\n- badly")).toBe("<p>Idea.</p>\n<h3>How it fails</h3>\n<ul>\n<li>badly</li>\n</ul>\n");
  });
  it("shows raw HTML as text", () => {
    expect(pageOf("a <script>alert(1)</script> b")).not.toContain("<script>");
    expect(pageOf("<img src=x onerror=alert(1)>")).not.toContain("<img");
  });
  it("leads to another method inside the page, and to the web outside of it", () => {
    expect(pageOf("[G](grad-cam.md)")).toContain('<a href="./?method=grad-cam" data-method="grad-cam">G</a>');
    expect(pageOf("[G](https://a.org/?a=1&b=2)")).toContain('href="https://a.org/?a=1&amp;b=2" target="_blank" rel="noopener"');
  });
  it("sets formulas with their scripts below and above the line, and leaves names in code alone", () => {
    expect(pageOf("    α_k = Σ_uv ∂y^c / ∂A^k_uv < E_{x' ~ probe} [x_pixel,c]")).toContain(
      '<pre class="formula">α<sub>k</sub> = Σ<sub>uv</sub> ∂y<sup>c</sup> / ∂A<sup>k</sup><sub>uv</sub> &lt; E<sub>x\' ~ probe</sub> [x<sub>pixel,c</sub>]</pre>',
    );
    expect(pageOf("`y^c` of `conv_2d`, `max-abs` < `w^c_k`")).toBe(
      '<p><span class="formula">y<sup>c</sup></span> of <code>conv_2d</code>, <code>max-abs</code> &lt; <span class="formula">w<sup>c</sup><sub>k</sub></span></p>\n',
    );
    expect(pageOf("```\na_b < c\n```")).toBe("<pre><code>a_b &lt; c</code></pre>\n");
  });
  it("lets wide tables scroll", () => {
    expect(pageOf("| a |\n|---|\n| b |")).toMatch(/^<div class="table" tabindex="0"><table>.*<\/table><\/div>\s*$/s);
  });
  it("imports its pictures, so that the site has them", () => {
    const page = pageOf('![A "map"](pictures/a.png) and ![B](pictures/b.png)');
    expect(page).toContain('<img src="pictures/a.png" alt="A &quot;map&quot;" loading="lazy" />');
    const module = moduleOf(page);
    expect(module).toMatch(/^import p0 from ".\/pictures\/a\.png\?url";\nimport p1 from ".\/pictures\/b\.png\?url";\nexport default "/);
    const made = new Function("p0", "p1", `return ${module.slice(module.indexOf("export default ") + 15)}`) as (a: string, b: string) => string;
    expect(made("x.png", "y.png")).toBe(page.replace("pictures/a.png", "x.png").replace("pictures/b.png", "y.png"));
    expect(moduleOf("<p>none</p>")).toBe('export default "<p>none</p>";');
  });
  it("can be made of every method that has one: a formula, its source and how it fails", () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith(".md"));
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) {
      const page = pageOf(readFileSync(new URL(file, FOLDER), "utf8"));
      for (const part of ['<pre class="formula">', "Source: ", "<h3>How it fails</h3>"]) expect(page, file).toContain(part);
    }
  });
});

describe("a sentence inside a PNG", () => {
  const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==", "base64");
  it("is a chunk after the header, whole by its checksum, the rest untouched", () => {
    const text = withText(PIXEL, "Description", "Grad-CAM: why λ?");
    const note = Buffer.from(text).subarray(33, text.length - (PIXEL.length - 33));
    expect(note.subarray(4, 8).toString()).toBe("iTXt");
    expect(note.readUInt32BE(0)).toBe(note.length - 12);
    expect(note.subarray(8, -4).toString()).toBe("Description\0\0\0\0\0Grad-CAM: why λ?");
    expect(note.readUInt32BE(note.length - 4)).toBe(zlibCrc32(note.subarray(4, -4)));
    expect(Buffer.concat([text.subarray(0, 33), text.subarray(33 + note.length)]).equals(PIXEL)).toBe(true);
  });
  it("uses the checksum that the standard names", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  });
});
