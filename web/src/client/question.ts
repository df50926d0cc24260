/** The question as a person puts it together: what is explained, by which method, with which parameters. It asks nobody. */
import type { Question as Asked } from "../worker/protocol";
import type { Method, ModelInfo, ParamValue } from "../../../wasm/whybox";
import { paramValue, type Wish } from "./address";
import { complaint, defaultsOf, validValues } from "./controls";
import { isIn, MOST_PROBABLE, type TargetChoice, targetOf } from "./target";

export class Question {
  method: Method | null = null;
  choice: TargetChoice = MOST_PROBABLE;
  seed = 0;
  /** By method, so that coming back to one finds it as it was left. */
  private readonly values = new Map<string, Record<string, ParamValue>>();

  /** All parameters of the present method. */
  params(model: ModelInfo | null): Record<string, ParamValue> {
    if (this.method === null) return {};
    return validValues(this.method, this.values.get(this.method.id) ?? {}, model, this.choice);
  }

  /** @returns whether the question can be asked with it */
  setParam(id: string, value: ParamValue, model: ModelInfo | null): boolean {
    const param = this.method?.params.find((candidate) => candidate.id === id);
    if (this.method === null || param === undefined) return false;
    this.values.set(this.method.id, { ...this.params(model), [id]: value });
    return complaint(param, value) === null;
  }

  /** What an address asks for, as far as the network has it. */
  take({ choice, seed, params }: Wish, model: ModelInfo | null): void {
    if (model !== null && isIn(model, choice)) this.choice = choice;
    this.seed = seed ?? this.seed;
    for (const [id, text] of Object.entries(params)) {
      const value = this.method === null ? undefined : paramValue(this.method, id, text);
      if (value !== undefined) this.setParam(id, value, model);
    }
  }

  resetParams(): void {
    if (this.method !== null) this.values.set(this.method.id, defaultsOf(this.method));
  }

  /** Another picture shows other classes; a unit is the network's own and stays. */
  meetPicture(): void {
    if (this.choice.kind === "class") this.choice = MOST_PROBABLE;
  }

  meetNetwork(): void {
    this.choice = MOST_PROBABLE;
  }

  /** A sentence where a value cannot be used, else null. */
  complaint(model: ModelInfo | null): string | null {
    const values = this.params(model);
    const sentences = this.method?.params.map((param) => complaint(param, values[param.id] ?? param.default));
    return sentences?.find((text) => text !== null) ?? null;
  }

  asked(method: Method, model: ModelInfo | null): Asked {
    return { method: method.id, target: targetOf(this.choice), params: this.params(model), seed: this.seed };
  }
}
