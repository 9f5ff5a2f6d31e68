/** Problem details (RFC 9457) with the code that the sentence for people hangs on. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** Stable; e.g. `right_missing`, `not_found`, `conflict`. */
  readonly code: string;
  readonly [extension: string]: unknown;
}

/** The server answered, and refused or failed. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly status: number;
  readonly code: string;
  readonly problem: Problem;
  /** Of 429 and 503: when asking again makes sense. */
  readonly retry_after_ms: number | null;

  constructor(problem: Problem, retry_after_ms: number | null) {
    super(problem.detail ?? problem.title);
    this.status = problem.status;
    this.code = problem.code;
    this.problem = problem;
    this.retry_after_ms = retry_after_ms;
  }
}

/** The server did not answer: no network, no server, or the request was given up. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
}

export async function problemOf(response: Response): Promise<ProblemError> {
  const said: unknown = await response.json().catch(() => null);
  const fields = typeof said === "object" && said !== null ? (said as Record<string, unknown>) : {};
  const text = (key: string, otherwise: string) => {
    const value = fields[key];
    return typeof value === "string" ? value : otherwise;
  };
  const problem: Problem = {
    ...fields,
    type: text("type", "about:blank"),
    title: text("title", response.statusText || `HTTP ${response.status}`),
    status: response.status,
    code: text("code", `http_${response.status}`),
  };
  return new ProblemError(problem, retryAfter(response));
}

/** Seconds or a date (RFC 9110, section 10.2.3). */
function retryAfter(response: Response): number | null {
  const value = response.headers.get("retry-after");
  if (value === null) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}
