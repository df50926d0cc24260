/** Entry of the gallery page. */
import "./components/whybox-gallery";
import { registerServiceWorker } from "./client/offline";

registerServiceWorker();
