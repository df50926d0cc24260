/** The networks that come with the page: models/manifest.json. */
import { fetchBytes } from "./files";

export interface ShippedModel {
  readonly id: string;
  readonly name: string;
  readonly summary?: string;
  /** Paths inside models/. */
  readonly model: string;
  readonly labels?: string;
  /** The kind of generated scene that the network was trained on, its parameters, and the size to draw at. */
  readonly scene?: { readonly kind: string; readonly size: number; readonly params?: Readonly<Record<string, string | number | boolean>> };
}

export async function readManifest(base: string): Promise<readonly ShippedModel[]> {
  const bytes = await fetchBytes(new URL("models/manifest.json", base).href);
  return (JSON.parse(new TextDecoder().decode(bytes)) as { models: readonly ShippedModel[] }).models;
}

export async function fetchShipped(base: string, shipped: ShippedModel): Promise<{ file: Uint8Array; labels: string }> {
  const address = (path: string): string => new URL(`models/${path}`, base).href;
  const [file, labels] = await Promise.all([
    fetchBytes(address(shipped.model)),
    shipped.labels === undefined ? Promise.resolve(new Uint8Array()) : fetchBytes(address(shipped.labels)),
  ]);
  return { file, labels: new TextDecoder().decode(labels) };
}
