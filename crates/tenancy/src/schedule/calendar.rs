//! An iCalendar file (RFC 5545): what a person adds to his own calendar.

use super::vtimezone::{STAMP, vtimezone};
use super::{Schedule, rfc3339};
use jiff::{Timestamp, ToSpan as _};
use std::fmt::Write as _;

/// RFC 5545 section 3.1: a line is at most 75 octets, its end not counted.
const MAX_LINE_BYTES: usize = 75;

/// Calendars hold the clock changes of a meeting without an end for this long; they know zones by
/// name anyway, and ask this list only where they do not.
const ENDLESS_YEARS: i32 = 10;

/// What a calendar shows of a room.
#[derive(Clone, Debug)]
pub struct CalendarEntry<'a> {
    /// Stays the same when the room changes, so that the calendar replaces its entry.
    pub uid: &'a str,
    pub title: &'a str,
    pub description: &'a str,
    /// Where to click.
    pub url: &'a str,
    pub organizer_name: &'a str,
    pub created_at_ms: i64,
    pub changed_at_ms: i64,
    /// Grows with every change.
    pub sequence: u64,
    pub cancelled: bool,
}

/// The whole file; lines end in CRLF.
pub fn calendar_file(entry: &CalendarEntry<'_>, schedule: &Schedule) -> String {
    let mut file = Folded::default();
    file.line("BEGIN", "VCALENDAR");
    file.line("VERSION", "2.0");
    file.line("PRODID", "-//Stoa//Stoa//EN");
    file.line("CALSCALE", "GREGORIAN");
    file.line("METHOD", "PUBLISH");
    let zone = schedule.timezone().to_owned();
    if let Some(first) = schedule.all().next() {
        vtimezone(
            &mut file,
            schedule,
            first.starts_at_ms,
            changes_until(schedule),
        );
    }
    file.line("BEGIN", "VEVENT");
    file.text("UID", entry.uid);
    file.line("DTSTAMP", &utc(entry.changed_at_ms));
    file.line("CREATED", &utc(entry.created_at_ms));
    file.line("LAST-MODIFIED", &utc(entry.changed_at_ms));
    file.line("SEQUENCE", &entry.sequence.to_string());
    // The first date of the rule, which need not be the day that the form named: RFC 5545 section
    // 3.8.5.3 leaves undefined what a calendar makes of a start outside of its rule.
    if let Some(first) = schedule.local_times().next() {
        let start = first.strftime(STAMP).to_string();
        file.line(&format!("DTSTART;TZID={zone}"), &start);
    }
    file.line("DURATION", &format!("PT{}M", schedule.duration_min()));
    if let Some(rule) = schedule.rule() {
        file.line("RRULE", &schedule.rule_for_calendars(rule));
    }
    file.text("SUMMARY", entry.title);
    file.text("DESCRIPTION", entry.description);
    file.text("LOCATION", entry.url);
    file.line("URL", entry.url);
    if !entry.organizer_name.is_empty() {
        // A calendar address is required; nobody's e-mail address is given away with a link.
        let name = quoted(entry.organizer_name);
        file.line(&format!("ORGANIZER;CN={name}"), "urn:stoa:host");
    }
    file.line(
        "STATUS",
        if entry.cancelled {
            "CANCELLED"
        } else {
            "CONFIRMED"
        },
    );
    file.line("END", "VEVENT");
    file.line("END", "VCALENDAR");
    file.0
}

/// Until when the clock changes of the zone are of interest.
fn changes_until(schedule: &Schedule) -> i64 {
    schedule.last().map_or_else(
        || {
            let start = schedule.starts_at;
            let end = start.checked_add(ENDLESS_YEARS.years()).unwrap_or(start);
            schedule
                .instant(end)
                .map_or(i64::MAX, Timestamp::as_millisecond)
        },
        |last| last.ends_at_ms,
    )
}

fn utc(at_ms: i64) -> String {
    // 2026-12-01T07:00:00Z → 20261201T070000Z
    rfc3339(at_ms).replace(['-', ':'], "")
}

/// A parameter's value (section 3.2): in quotation marks, which it cannot contain.
fn quoted(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c == '"' || c.is_control() { ' ' } else { c })
        .collect();
    format!("\"{plain}\"")
}

/// Content lines, folded.
#[derive(Default)]
pub(super) struct Folded(String);

impl Folded {
    /// `value` is written as it is, without what would end the line.
    pub(super) fn line(&mut self, name: &str, value: &str) {
        let mut line = String::with_capacity(name.len() + value.len() + 1);
        let _ = write!(line, "{name}:{value}");
        line.retain(|c| !c.is_control());
        self.fold(&line);
    }

    /// `value` is a person's text (section 3.3.11).
    fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for c in value.chars() {
            match c {
                '\\' | ';' | ',' => {
                    escaped.push('\\');
                    escaped.push(c);
                }
                '\n' => escaped.push_str("\\n"),
                c if c.is_control() => {}
                c => escaped.push(c),
            }
        }
        self.line(name, &escaped);
    }

    fn fold(&mut self, mut line: &str) {
        let mut room = MAX_LINE_BYTES;
        while line.len() > room {
            // Not within a character: many calendars read line by line.
            let at = line.floor_char_boundary(room);
            self.0.push_str(&line[..at]);
            self.0.push_str("\r\n ");
            line = &line[at..];
            room = MAX_LINE_BYTES - 1;
        }
        self.0.push_str(line);
        self.0.push_str("\r\n");
    }
}
