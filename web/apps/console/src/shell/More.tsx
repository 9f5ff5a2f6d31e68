import { Button } from "@stoa/ui";
import { useText } from "../text/index.ts";

type Query = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };

/** The next page of a list, as long as there is one. */
export function More({ query }: { query: Query }) {
  const t = useText();
  if (!query.hasNextPage) return null;
  return (
    <div className="more">
      <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {t("common.more")}
      </Button>
    </div>
  );
}
