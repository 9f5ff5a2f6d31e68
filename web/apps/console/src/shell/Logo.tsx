import { api } from "../data/api.ts";

/** The tenant's own sign, else ours. Decorative: the name stands beside it. */
export function Logo({ fileId, name, size = 28 }: { fileId?: string | null | undefined; name: string; size?: number }) {
  if (fileId) return <img className="logo" src={api.tenant.logoUrl(fileId)} alt="" width={size} height={size} title={name} />;
  return (
    <svg className="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path
        d="M7 11.5 16 7l9 4.5v1.8H7zM9.5 15h2.2v7.5H9.5zm5.4 0h2.2v7.5h-2.2zm5.4 0h2.2v7.5h-2.2zM7 24h18v1.8H7z"
        fill="var(--on-accent)"
      />
    </svg>
  );
}
