import { Button, EmptyState, Skeleton } from "@stoa/ui";
import { CloudOff } from "lucide-react";
import type { ReactNode } from "react";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";

type Query<T> = { data: T | undefined; error: Error | null; isPending: boolean; refetch: () => unknown };

/** What every list and page shows while it loads and when it could not. Old data beat an error. */
export function Loaded<T>({ query, lines = 4, children }: { query: Query<T>; lines?: number; children: (data: T) => ReactNode }) {
  const t = useText();
  const problemText = useProblemText();
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return <Skeleton lines={lines} />;
  return (
    <EmptyState
      icon={CloudOff}
      title={t("common.loadFailed")}
      action={<Button onClick={() => void query.refetch()}>{t("common.retry")}</Button>}
    >
      <p role="alert">{problemText(query.error)}</p>
    </EmptyState>
  );
}
