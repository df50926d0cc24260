/** The methods' own pages (core/explainers/<id>.md), made into HTML when the site is built and fetched one by one when asked for. */

const pages = import.meta.glob<string>("../../../core/explainers/*.md", { query: "?page", import: "default" });

/** The page of a method as HTML of our own making; null where it has none. */
export async function methodPage(id: string): Promise<string | null> {
  const load = pages[`../../../core/explainers/${id}.md`];
  return load === undefined ? null : load();
}
