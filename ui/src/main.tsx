import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./colours.css";
import "./style.css";
import { App } from "./app.tsx";
import { connect } from "./live.ts";

connect();
render(<App />, document.getElementById("page")!);
