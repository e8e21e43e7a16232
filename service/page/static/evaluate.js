// Evaluate is made by the server; while a run goes on the page looks again.

import "./app.js";
import { $ } from "./dom.js";

if ($("[data-running]")) setTimeout(() => location.reload(), 3000);
