//! Rules, after the examples of RFC 5545 section 3.8.5.3.

use super::super::rule::Rule;
use super::{Schedule, ScheduleRefusal, at, schedule};

/// The first dates of `rule`, at nine o'clock in New York as in the RFC.
fn dates(start: &str, rule: &str, limit: usize) -> Vec<String> {
    let schedule = schedule(&format!("{start}T09:00"), "America/New_York", Some(rule));
    let locals = schedule.local_times().take(limit);
    locals.map(|l| l.date().to_string()).collect()
}

#[test]
fn every_other_week_on_tuesday_and_thursday() {
    assert_eq!(
        dates(
            "2025-09-02",
            "FREQ=WEEKLY;INTERVAL=2;WKST=SU;COUNT=8;BYDAY=TU,TH",
            20
        ),
        [
            "2025-09-02",
            "2025-09-04",
            "2025-09-16",
            "2025-09-18",
            "2025-09-30",
            "2025-10-02",
            "2025-10-14",
            "2025-10-16"
        ]
    );
}

#[test]
fn the_week_begins_where_the_rule_says() {
    let rule = |start| format!("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST={start}");
    assert_eq!(
        dates("2025-08-05", &rule("MO"), 9),
        ["2025-08-05", "2025-08-10", "2025-08-19", "2025-08-24"]
    );
    assert_eq!(
        dates("2025-08-05", &rule("SU"), 9),
        ["2025-08-05", "2025-08-17", "2025-08-19", "2025-08-31"]
    );
}

#[test]
fn the_first_friday_and_the_last_monday_but_one_of_a_month() {
    assert_eq!(
        dates("2025-09-05", "FREQ=MONTHLY;COUNT=3;BYDAY=1FR", 9),
        ["2025-09-05", "2025-10-03", "2025-11-07"]
    );
    assert_eq!(
        dates("2025-09-01", "FREQ=MONTHLY;COUNT=3;BYDAY=-2MO", 9),
        ["2025-09-22", "2025-10-20", "2025-11-17"]
    );
}

#[test]
fn the_last_day_and_the_last_working_day_of_a_month() {
    assert_eq!(
        dates("2026-01-31", "FREQ=MONTHLY;BYMONTHDAY=-1", 3),
        ["2026-01-31", "2026-02-28", "2026-03-31"]
    );
    assert_eq!(
        dates(
            "2026-01-01",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            3
        ),
        ["2026-01-30", "2026-02-27", "2026-03-31"]
    );
}

#[test]
fn months_without_a_31st_are_left_out() {
    assert_eq!(
        dates("2026-01-31", "FREQ=MONTHLY", 3),
        ["2026-01-31", "2026-03-31", "2026-05-31"]
    );
}

#[test]
fn friday_the_13th() {
    assert_eq!(
        dates("2026-01-01", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", 4),
        ["2026-02-13", "2026-03-13", "2026-11-13", "2027-08-13"]
    );
}

#[test]
fn a_day_that_comes_every_fourth_year() {
    assert_eq!(
        dates("2028-02-29", "FREQ=YEARLY", 3),
        ["2028-02-29", "2032-02-29", "2036-02-29"]
    );
    assert_eq!(
        dates(
            "2026-11-01",
            "FREQ=YEARLY;INTERVAL=2;BYMONTH=11;BYDAY=TH",
            5
        ),
        [
            "2026-11-05",
            "2026-11-12",
            "2026-11-19",
            "2026-11-26",
            "2028-11-02"
        ]
    );
}

#[test]
fn an_end_may_be_a_date_a_local_time_or_an_instant() {
    for until in ["20261203", "20261203T090000", "20261203T140000Z"] {
        let rule = format!("FREQ=DAILY;UNTIL={until}");
        assert_eq!(dates("2026-12-01", &rule, 9).len(), 3, "{until}");
    }
    let before_it_begins = "FREQ=DAILY;UNTIL=20261203T135959Z";
    assert_eq!(dates("2026-12-01", before_it_begins, 9).len(), 2);
}

#[test]
fn a_rule_is_written_as_it_was_read() {
    for rule in [
        "FREQ=DAILY",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=8;BYDAY=TU,TH;WKST=SU",
        "FREQ=MONTHLY;UNTIL=20271231T235959Z;BYMONTHDAY=1,-1",
        "FREQ=YEARLY;UNTIL=20271231;BYMONTH=1,7;BYDAY=2MO,-1FR",
        "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1",
    ] {
        let read: Rule = rule.parse().expect("a rule");
        assert_eq!(read.to_string(), rule);
    }
}

#[test]
fn what_is_no_rule_is_refused_and_what_is_not_for_meetings_too() {
    for wrong in [
        "",
        "FREQ",
        "FREQ=SOMETIMES",
        "INTERVAL=2",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=2027",
        "FREQ=DAILY;UNTIL=20270101T25",
        "FREQ=DAILY;UNTIL=20270101T250000Z",
        "FREQ=DAILY;UNTIL=２０２７０１０１",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYDAY=é",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=DAILY;X=1",
        "FREQ=DAILY\r\nATTACH:x",
    ] {
        let refused = wrong.parse::<Rule>().expect_err(wrong);
        let malformed = matches!(refused, ScheduleRefusal::MalformedRecurrence { .. });
        assert!(malformed, "{wrong}: {refused}");
    }
    for other in [
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=YEARLY;BYDAY=MO",
    ] {
        let refused = other.parse::<Rule>().expect_err(other);
        assert!(matches!(
            refused,
            ScheduleRefusal::UnsupportedRecurrence { .. }
        ));
    }
}

#[test]
fn the_rarest_rule_ends_rather_than_runs() {
    let rare = "FREQ=DAILY;INTERVAL=100;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO";
    if let Ok(schedule) = Schedule::parse("2200-12-31T09:00", "UTC", 60, Some(rare)) {
        assert!(schedule.next(at("2290-01-01T00:00:00Z")).is_none());
    }
}
