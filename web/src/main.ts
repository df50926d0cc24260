/** Entry of the page. */
import "./components/whybox-app";
import { registerServiceWorker } from "./client/offline";

registerServiceWorker();
