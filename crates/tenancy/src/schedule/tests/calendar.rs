//! The file for calendars. A foreign reader judges it too: `tests/python/meetings_schedule.py`.

use super::super::{CalendarEntry, calendar_file};
use super::{at, schedule};

fn entry() -> CalendarEntry<'static> {
    CalendarEntry {
        uid: "room_1@stoa.example",
        title: "月度对账, 第一次; \"草稿\"",
        description: "第一行\n第二行 with a back\\slash",
        url: "https://stoa.example/j/k7m-3qd-x9p",
        organizer_name: "Ana \"A\" Ode",
        created_at_ms: at("2026-11-01T08:00:00Z"),
        changed_at_ms: at("2026-11-02T08:00:00Z"),
        sequence: 3,
        cancelled: false,
    }
}

#[test]
fn no_line_is_longer_than_75_octets_and_unfolding_gives_back_the_text() {
    let long = "面".repeat(200);
    let entry = CalendarEntry {
        title: &long,
        ..entry()
    };
    let file = calendar_file(&entry, &schedule("2026-12-01T15:00", "Asia/Shanghai", None));
    assert!(file.ends_with("END:VCALENDAR\r\n"));
    assert!(file.split("\r\n").all(|line| line.len() <= 75));
    let unfolded = file.replace("\r\n ", "");
    assert!(unfolded.contains(&format!("SUMMARY:{long}\r\n")));
}

#[test]
fn texts_are_escaped_and_cannot_add_lines() {
    let sly = "Meeting\r\nATTENDEE:mailto:x@example.com";
    let entry = CalendarEntry {
        title: sly,
        ..entry()
    };
    let when = schedule("2026-12-01T15:00", "Asia/Shanghai", None);
    let file = calendar_file(&entry, &when).replace("\r\n ", "");
    assert!(file.contains("SUMMARY:Meeting\\nATTENDEE:mailto:x@example.com\r\n"));
    assert!(file.contains("DESCRIPTION:第一行\\n第二行 with a back\\\\slash\r\n"));
    assert!(file.contains("ORGANIZER;CN=\"Ana  A  Ode\":urn:stoa:host\r\n"));
}

#[test]
fn a_weekly_meeting_in_berlin_carries_berlins_clock_changes() {
    let rule = Some("FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630");
    let file = calendar_file(
        &entry(),
        &schedule("2027-01-01T09:00", "Europe/Berlin", rule),
    );
    assert!(
        file.contains("DTSTART;TZID=Europe/Berlin:20270104T090000\r\n"),
        "the first Monday"
    );
    assert!(file.contains("RRULE:FREQ=WEEKLY;UNTIL=20270630T215959Z;BYDAY=MO\r\n"));
    let winter = "BEGIN:STANDARD\r\nDTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET\r\n";
    let summer = "BEGIN:DAYLIGHT\r\nDTSTART:20270328T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\n";
    assert!(file.contains(winter) && file.contains(summer), "{file}");
    assert_eq!(
        file.matches("TZOFFSETTO").count(),
        2,
        "no change after the last meeting"
    );
}

#[test]
fn a_cancelled_meeting_says_so() {
    let entry = CalendarEntry {
        cancelled: true,
        ..entry()
    };
    let file = calendar_file(&entry, &schedule("2026-12-01T15:00", "UTC", None));
    assert!(file.contains("STATUS:CANCELLED\r\n") && file.contains("SEQUENCE:3\r\n"));
}
