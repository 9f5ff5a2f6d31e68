import { Providers } from "@stoa/ui";
import { JoinRoute } from "./join/JoinRoute.tsx";
import { codeOf } from "./start/code.ts";
import { StartPage } from "./start/StartPage.tsx";

/** `/j/{code}` is a meeting, everything else the start page. */
export function App() {
  const code = location.pathname.startsWith("/j/") ? codeOf(location.pathname) : null;
  return code ? (
    <JoinRoute code={code} />
  ) : (
    <Providers>
      <StartPage />
    </Providers>
  );
}
