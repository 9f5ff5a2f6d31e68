//! What clocks, calendars and people do to meetings.

mod calendar;
mod rules;

use super::*;

fn schedule(starts_at: &str, zone: &str, rule: Option<&str>) -> Schedule {
    Schedule::parse(starts_at, zone, 60, rule).expect("a schedule that can be read")
}

/// Starts in UTC, `2026-12-01T07:00:00Z`.
fn starts(schedule: &Schedule, limit: usize) -> Vec<String> {
    let all = schedule.occurrences(i64::MIN, i64::MAX, limit);
    all.iter().map(|o| rfc3339(o.starts_at_ms)).collect()
}

fn at(time: &str) -> i64 {
    from_rfc3339(time).expect("a time")
}

#[test]
fn three_in_the_afternoon_in_shanghai_is_seven_in_the_morning_in_greenwich() {
    let once = schedule("2026-12-01T15:00", "Asia/Shanghai", None);
    assert_eq!(starts(&once, 9), ["2026-12-01T07:00:00Z"]);
    let only = once.next(0).expect("it is to come");
    assert_eq!(only.ends_at_ms - only.starts_at_ms, 3_600_000);
    assert_eq!(once.starts_at(), "2026-12-01T15:00");
}

#[test]
fn a_weekly_meeting_stays_at_nine_on_berlins_walls_through_both_changes() {
    let weekly = Some("FREQ=WEEKLY;BYDAY=MO");
    let spring = schedule("2027-03-22T09:00", "Europe/Berlin", weekly);
    assert_eq!(
        starts(&spring, 3),
        [
            "2027-03-22T08:00:00Z",
            "2027-03-29T07:00:00Z",
            "2027-04-05T07:00:00Z"
        ]
    );
    let autumn = schedule("2026-10-19T09:00", "Europe/Berlin", weekly);
    assert_eq!(
        starts(&autumn, 3),
        [
            "2026-10-19T07:00:00Z",
            "2026-10-26T08:00:00Z",
            "2026-11-02T08:00:00Z"
        ]
    );
}

#[test]
fn new_york_changes_weeks_before_berlin_and_shanghai_never_does() {
    let weekly = Some("FREQ=WEEKLY");
    let new_york = schedule("2027-03-08T09:00", "America/New_York", weekly);
    assert_eq!(
        starts(&new_york, 2),
        ["2027-03-08T14:00:00Z", "2027-03-15T13:00:00Z"]
    );
    let shanghai = schedule("2027-03-08T09:00", "Asia/Shanghai", weekly);
    assert!(
        starts(&shanghai, 60)
            .iter()
            .all(|start| start.ends_with("T01:00:00Z"))
    );
}

#[test]
fn a_time_that_the_spring_skips_is_moved_by_the_gap() {
    let gap = schedule("2027-03-28T02:30", "Europe/Berlin", None);
    assert_eq!(
        starts(&gap, 1),
        ["2027-03-28T01:30:00Z"],
        "03:30 in summer time"
    );
    let daily = schedule(
        "2027-03-27T02:30",
        "Europe/Berlin",
        Some("FREQ=DAILY;COUNT=3"),
    );
    assert_eq!(
        starts(&daily, 9),
        [
            "2027-03-27T01:30:00Z",
            "2027-03-28T01:30:00Z",
            "2027-03-29T00:30:00Z"
        ],
        "and the day after is again at half past two"
    );
}

#[test]
fn of_two_equal_times_in_autumn_the_earlier_is_meant() {
    let fold = schedule("2026-11-01T01:30", "America/New_York", None);
    assert_eq!(starts(&fold, 1), ["2026-11-01T05:30:00Z"]);
}

#[test]
fn the_next_meeting_is_the_one_going_on_until_it_has_ended() {
    let weekly = schedule(
        "2026-12-01T15:00",
        "Asia/Shanghai",
        Some("FREQ=WEEKLY;COUNT=2"),
    );
    let next = |time| weekly.next(at(time)).map(|o| rfc3339(o.starts_at_ms));
    let first = Some("2026-12-01T07:00:00Z".to_owned());
    let second = Some("2026-12-08T07:00:00Z".to_owned());
    assert_eq!(next("2026-11-01T00:00:00Z"), first);
    assert_eq!(next("2026-12-01T07:59:59Z"), first);
    assert_eq!(next("2026-12-01T08:00:00Z"), second);
    assert_eq!(next("2026-12-08T08:00:00Z"), None);
    assert_eq!(weekly.last(), weekly.next(at("2026-12-05T00:00:00Z")));
}

#[test]
fn a_window_shows_what_touches_it() {
    let daily = schedule("2026-12-01T23:30", "UTC", Some("FREQ=DAILY"));
    let window = daily.occurrences(at("2026-12-05T00:15:00Z"), at("2026-12-06T23:30:00Z"), 10);
    let starts: Vec<_> = window.iter().map(|o| rfc3339(o.starts_at_ms)).collect();
    assert_eq!(starts, ["2026-12-04T23:30:00Z", "2026-12-05T23:30:00Z"]);
}

#[test]
fn a_day_of_the_clock_change_has_23_hours() {
    let (from, to) = day_of(at("2027-03-28T12:00:00Z"), "Europe/Berlin").expect("a day");
    assert_eq!((to - from) / 3_600_000, 23);
    assert_eq!(rfc3339(from), "2027-03-27T23:00:00Z");
}

#[test]
fn a_schedule_that_cannot_be_is_refused_by_name() {
    let refused = |starts_at, zone, minutes, rule| {
        Schedule::parse(starts_at, zone, minutes, rule).expect_err("refused")
    };
    let time = ScheduleRefusal::MalformedTime;
    for wrong in [
        "",
        "tomorrow",
        "2026-02-30T10:00",
        "2026-12-01T15:00Z",
        "1026-12-01T15:00",
    ] {
        assert_eq!(refused(wrong, "UTC", 60, None), time, "{wrong}");
    }
    for wrong in [
        "",
        "Mars/Olympus",
        "../../etc/passwd",
        "Etc/Unknown",
        "+08:00",
    ] {
        let zone = refused("2026-12-01T15:00", wrong, 60, None);
        assert_eq!(zone, ScheduleRefusal::UnknownTimezone, "{wrong}");
    }
    for minutes in [0, 1441] {
        let duration = refused("2026-12-01T15:00", "UTC", minutes, None);
        assert_eq!(duration, ScheduleRefusal::Duration);
    }
    let never = refused(
        "2026-12-01T15:00",
        "UTC",
        60,
        Some("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    );
    assert_eq!(never, ScheduleRefusal::NeverHappens);
    let over = refused(
        "2026-12-01T15:00",
        "UTC",
        60,
        Some("FREQ=DAILY;UNTIL=20261130"),
    );
    assert_eq!(over, ScheduleRefusal::NeverHappens);
}
