import { Banner, Button, Providers, Spinner } from "@stoa/ui";
import { lazy, type ReactNode, Suspense } from "react";
import { Redirect, Route, Switch, useSearch } from "wouter";
import { useIsAdmin, useMe } from "./data/session.ts";
import { HomePage } from "./pages/HomePage.tsx";
import { MagicLinkPage } from "./pages/MagicLinkPage.tsx";
import { SignInPage } from "./pages/SignInPage.tsx";
import { NotFoundPage } from "./pages/NotFoundPage.tsx";
import { Shell } from "./shell/Shell.tsx";
import { useProblemText } from "./text/problems.ts";
import { useText } from "./text/index.ts";

const SchedulePage = lazy(() => import("./pages/SchedulePage.tsx"));
const NewSchedulePage = lazy(() => import("./pages/NewSchedulePage.tsx"));
const RoomPage = lazy(() => import("./pages/RoomPage.tsx"));
const TemplatesPage = lazy(() => import("./pages/TemplatesPage.tsx"));
const PeoplePage = lazy(() => import("./pages/PeoplePage.tsx"));
const HistoryPage = lazy(() => import("./pages/HistoryPage.tsx"));
const SessionPage = lazy(() => import("./pages/SessionPage.tsx"));
const ApiKeysPage = lazy(() => import("./pages/ApiKeysPage.tsx"));
const WebhooksPage = lazy(() => import("./pages/WebhooksPage.tsx"));
const WebhookPage = lazy(() => import("./pages/WebhookPage.tsx"));
const SettingsPage = lazy(() => import("./pages/SettingsPage.tsx"));
const AuditPage = lazy(() => import("./pages/AuditPage.tsx"));
const TenantsPage = lazy(() => import("./pages/TenantsPage.tsx"));

export function App() {
  const { data: me } = useMe();
  return (
    <Providers brand={me?.tenant?.brand}>
      <Switch>
        <Route path="/sign-in" component={SignInGate} />
        <Route>
          <SignedIn>
            <Pages />
          </SignedIn>
        </Route>
      </Switch>
    </Providers>
  );
}

function SignInGate() {
  const { data: me } = useMe();
  const magic = new URLSearchParams(location.hash.slice(1)).get("magic");
  const wanted = new URLSearchParams(useSearch()).get("to");
  // Only a path within the console: another address would let a link send people elsewhere.
  if (me) return <Redirect to={wanted && /^\/(?!\/)/.test(wanted) ? wanted : "/"} replace />;
  return magic ? <MagicLinkPage token={magic} /> : <SignInPage />;
}

function SignedIn({ children }: { children: ReactNode }) {
  const t = useText();
  const problemText = useProblemText();
  const me = useMe();
  if (me.isPending) {
    return (
      <div className="whole-page">
        <Spinner label={t("common.loading")} size={24} />
      </div>
    );
  }
  if (me.isError) {
    return (
      <div className="whole-page">
        <Banner tone="danger" title={t("common.loadFailed")} action={<Button onClick={() => void me.refetch()}>{t("common.retry")}</Button>}>
          {problemText(me.error)}
        </Banner>
      </div>
    );
  }
  if (!me.data) {
    const here = location.pathname.replace(/^\/console/, "");
    return <Redirect to={here.length > 1 ? `/sign-in?to=${encodeURIComponent(here)}` : "/sign-in"} replace />;
  }
  return <Shell me={me.data}>{children}</Shell>;
}

function Pages() {
  const t = useText();
  const { data: me } = useMe();
  const isAdmin = useIsAdmin();
  return (
    <Suspense
      fallback={
        <div className="page-loading">
          <Spinner label={t("common.loading")} size={24} />
        </div>
      }
    >
      <Switch>
        <Route path="/" component={HomePage} />
        <Route path="/schedule" component={SchedulePage} />
        <Route path="/schedule/new" component={NewSchedulePage} />
        <Route path="/rooms/:id">{({ id }) => <RoomPage key={id} id={id} />}</Route>
        <Route path="/templates" component={TemplatesPage} />
        <Route path="/people" component={PeoplePage} />
        <Route path="/history" component={HistoryPage} />
        <Route path="/history/:id">{({ id }) => <SessionPage id={id} />}</Route>
        {isAdmin && <Route path="/api-keys" component={ApiKeysPage} />}
        {isAdmin && <Route path="/webhooks" component={WebhooksPage} />}
        {isAdmin && <Route path="/webhooks/:id">{({ id }) => <WebhookPage id={id} />}</Route>}
        <Route path="/settings" component={SettingsPage} />
        {isAdmin && <Route path="/audit" component={AuditPage} />}
        {me?.platform_role === "operator" && <Route path="/tenants" component={TenantsPage} />}
        <Route component={NotFoundPage} />
      </Switch>
    </Suspense>
  );
}
