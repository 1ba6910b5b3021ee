import { render } from "preact";
import { App } from "./app.tsx";
import { DeskContext, openDesk } from "./desk.ts";

const desk = openDesk(window);
const root = document.getElementById("app");
if (root === null) throw new Error("The page has no place for the dashboard.");
void desk.session.start();
render(
  <DeskContext.Provider value={desk}>
    <App />
  </DeskContext.Provider>,
  root,
);
