//! The clock changes of a zone, for calendars that do not know it by its name (RFC 5545 section
//! 3.6.5).

use super::Schedule;
use super::calendar::Folded;
use jiff::Timestamp;
use jiff::tz::{Dst, Offset, TimeZone, TimeZoneTransition};

/// Of local times: `20261201T150000`.
pub(super) const STAMP: &str = "%Y%m%dT%H%M%S";

/// Two changes a year for a century; a meeting ends sooner.
const MAX_CHANGES: usize = 200;

/// Writes the offset at `from_ms`, and each change until `to_ms`.
pub(super) fn vtimezone(file: &mut Folded, schedule: &Schedule, from_ms: i64, to_ms: i64) {
    let zone = &schedule.zone;
    file.line("BEGIN", "VTIMEZONE");
    file.line("TZID", schedule.timezone());
    let from = Timestamp::from_millisecond(from_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    if let Some(before) = before(zone, from) {
        observance(file, before);
    } else {
        fixed(file, zone, from);
    }
    for change in changes(zone, from, to_ms) {
        observance(file, change);
    }
    file.line("END", "VTIMEZONE");
}

struct Change {
    /// The clock's reading at the change, by the offset before it.
    onset: String,
    before: Offset,
    after: Offset,
    daylight: bool,
    name: String,
}

/// The change that made the offset at `at` what it is.
fn before(zone: &TimeZone, at: Timestamp) -> Option<Change> {
    // `preceding` excludes its argument: a change at the very start counts too.
    let next = Timestamp::from_second(at.as_second() + 1).ok()?;
    zone.preceding(next).next().and_then(|t| change(zone, &t))
}

fn changes(zone: &TimeZone, from: Timestamp, to_ms: i64) -> Vec<Change> {
    zone.following(from)
        .take_while(|t| t.timestamp().as_millisecond() < to_ms)
        .take(MAX_CHANGES)
        .filter_map(|t| change(zone, &t))
        .collect()
}

fn change(zone: &TimeZone, transition: &TimeZoneTransition<'_>) -> Option<Change> {
    let at = transition.timestamp();
    let just_before = Timestamp::from_second(at.as_second() - 1).ok()?;
    let before = zone.to_offset(just_before);
    Some(Change {
        onset: before.to_datetime(at).strftime(STAMP).to_string(),
        before,
        after: transition.offset(),
        daylight: transition.dst() == Dst::Yes,
        name: transition.abbreviation().to_owned(),
    })
}

fn observance(file: &mut Folded, change: Change) {
    let kind = if change.daylight {
        "DAYLIGHT"
    } else {
        "STANDARD"
    };
    file.line("BEGIN", kind);
    file.line("DTSTART", &change.onset);
    file.line("TZOFFSETFROM", &offset(change.before));
    file.line("TZOFFSETTO", &offset(change.after));
    file.line("TZNAME", &change.name);
    file.line("END", kind);
}

/// A zone whose clocks have never changed.
fn fixed(file: &mut Folded, zone: &TimeZone, at: Timestamp) {
    let info = zone.to_offset_info(at);
    observance(
        file,
        Change {
            onset: "19700101T000000".to_owned(),
            before: info.offset(),
            after: info.offset(),
            daylight: false,
            name: info.abbreviation().to_owned(),
        },
    );
}

/// `+0800`, `-0330`; seconds only where there are any.
fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let (sign, seconds) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs());
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{rest:02}")
    }
}
