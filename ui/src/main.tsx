import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./colours.css";
import "./base.css";
import "./tables.css";
import { App } from "./app.tsx";
import { connect } from "./live.ts";

connect();
render(<App />, document.getElementById("page")!);
