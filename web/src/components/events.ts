/** Typed custom events that cross shadow roots. */
export function emit(from: EventTarget, name: string, detail?: unknown): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

/** The text or number of the control that fired. */
export const textOf = (event: Event): string => (event.target as HTMLInputElement | HTMLSelectElement).value;
export const checkedOf = (event: Event): boolean => (event.target as HTMLInputElement).checked;
