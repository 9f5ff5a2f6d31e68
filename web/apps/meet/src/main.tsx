import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import "./meet.css";

const root = document.querySelector("#app");
if (!root) throw new Error("the page has no #app");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
