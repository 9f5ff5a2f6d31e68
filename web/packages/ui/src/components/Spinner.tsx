import "./Spinner.css";

/** `label` is for screen readers; a page that waits long shows words beside it. */
export function Spinner({ label, size = 16 }: { label: string; size?: number }) {
  return (
    <span role="status" className="ui-spinner" style={{ width: size, height: size }}>
      <span className="ui-hidden">{label}</span>
    </span>
  );
}
