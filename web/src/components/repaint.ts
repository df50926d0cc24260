import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Paints again whenever a component's size changes, as long as it is on the page: canvases with lines are drawn in screen pixels. */
export class RepaintOnResize implements ReactiveController {
  private readonly observer: ResizeObserver;

  constructor(
    private readonly host: ReactiveControllerHost & Element,
    paint: () => void,
  ) {
    this.observer = new ResizeObserver(paint);
    host.addController(this);
  }

  hostConnected(): void {
    this.observer.observe(this.host);
  }

  hostDisconnected(): void {
    this.observer.disconnect();
  }
}
