//! What the audience read.

use crate::fleet::LatencyHistogram;

/// Begins every line of the load; then come who says it and when.
pub(super) const MARK: &str = "\"text\":\"bench ";

#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) lines: u64,
    pub(super) host_lines: u64,
    pub(super) line: LatencyHistogram,
    pub(super) resyncs: u64,
    /// Connections that the server ended.
    pub(super) cut: u64,
    pub(super) stage: LatencyHistogram,
    pub(super) on_stage: u64,
}

/// A line of the load, found in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) is_hosts: bool,
    pub(super) sent_ns: u64,
}

/// The text of a line that is said now.
pub(super) fn written(is_hosts: bool, now_ns: u64) -> String {
    let who = if is_hosts { 'h' } else { 'a' };
    format!("bench {who} {now_ns} Is there one left of the blue ones, in size L?")
}

/// Finds the line in an event without parsing the JSON: the load generator has one core.
pub(super) fn line_in(frame: &str) -> Option<Line> {
    let at = frame.find(MARK)?;
    let mut words = frame[at + MARK.len()..].split(' ');
    let is_hosts = words.next()? == "h";
    let sent_ns = words.next()?.parse().ok()?;
    Some(Line { is_hosts, sent_ns })
}

pub(super) fn milliseconds(histogram: &LatencyHistogram, quantile: f64) -> String {
    let value = histogram.quantile(quantile);
    value.map_or("–".to_owned(), |d| {
        format!("{:.0} ms", d.as_secs_f64() * 1e3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_in_its_event_and_in_nothing_else() {
        let text = written(true, 42);
        let frame = format!("{{\"event\":{{\"seq\":7,\"message\":{{\"text\":\"{text}\"}}}}}}");
        let line = line_in(&frame).unwrap();
        assert_eq!((line.is_hosts, line.sent_ns), (true, 42));
        assert_eq!(line_in("{\"event\":{\"type\":\"counted\"}}"), None);
    }
}
