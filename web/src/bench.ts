/** Entry of the benchmark page. */
import "./components/whybox-bench";
