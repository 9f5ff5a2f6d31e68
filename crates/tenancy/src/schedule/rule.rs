//! A recurrence rule (RFC 5545 section 3.3.10), as far as meetings repeat: by day, week, month and
//! year. Several times a day (`BYHOUR`, `FREQ=HOURLY`) and numbered weeks are not among it.

use super::ScheduleRefusal;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Weekday};
use std::fmt;
use std::str::FromStr;

/// Longer texts cannot be a rule of these parts.
const MAX_TEXT_BYTES: usize = 400;
/// Every hundredth year is as good as never; it bounds the search for the next date.
const MAX_INTERVAL: i32 = 100;
/// Nearly three years of days. A series without an end needs no count.
const MAX_COUNT: u16 = 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// `TU`, or with a place in the month `2TU`, `-1FR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ByDay {
    pub(super) nth: Option<i8>,
    pub(super) weekday: Weekday,
}

/// The last moment at which an occurrence may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    Date(Date),
    Local(DateTime),
    Instant(Timestamp),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub(super) frequency: Frequency,
    pub(super) interval: i32,
    pub(super) count: Option<u16>,
    pub(super) until: Option<Until>,
    pub(super) by_day: Vec<ByDay>,
    pub(super) by_month_day: Vec<i8>,
    pub(super) by_month: Vec<i8>,
    pub(super) by_set_pos: Vec<i16>,
    pub(super) week_start: Weekday,
}

impl Rule {
    pub fn frequency(&self) -> Frequency {
        self.frequency
    }

    pub fn is_endless(&self) -> bool {
        self.count.is_none() && self.until.is_none()
    }

    /// How many occurrences there are at most.
    pub(super) fn most(&self) -> usize {
        self.count.map_or(usize::MAX, usize::from)
    }
}

impl Until {
    /// `instant` is what `local` is in the schedule's zone.
    pub(super) fn includes(
        self,
        local: DateTime,
        instant: impl FnOnce() -> Option<Timestamp>,
    ) -> bool {
        match self {
            Self::Date(last) => local.date() <= last,
            Self::Local(last) => local <= last,
            Self::Instant(last) => instant().is_some_and(|at| at <= last),
        }
    }
}

impl FromStr for Rule {
    type Err = ScheduleRefusal;

    /// With or without `RRULE:` before it.
    fn from_str(text: &str) -> Result<Self, ScheduleRefusal> {
        let text = text.strip_prefix("RRULE:").unwrap_or(text);
        if text.len() > MAX_TEXT_BYTES {
            return Err(malformed("its length"));
        }
        let mut frequency = None;
        let mut rule = Rule {
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_month: Vec::new(),
            by_set_pos: Vec::new(),
            week_start: Weekday::Monday,
        };
        for part in text.split(';') {
            let (name, value) = part.split_once('=').ok_or(malformed("a part"))?;
            match name {
                "FREQ" => frequency = Some(read_frequency(value)?),
                "INTERVAL" => rule.interval = within(value, 1, MAX_INTERVAL, "INTERVAL")?,
                "COUNT" => rule.count = Some(within(value, 1, MAX_COUNT, "COUNT")?),
                "UNTIL" => rule.until = Some(read_until(value)?),
                "BYDAY" => rule.by_day = list(value, read_by_day)?,
                "BYMONTHDAY" => {
                    rule.by_month_day = list(value, |v| place(v, 31, "BYMONTHDAY"))?;
                }
                "BYMONTH" => rule.by_month = list(value, |v| within(v, 1, 12, "BYMONTH"))?,
                "BYSETPOS" => rule.by_set_pos = list(value, |v| place(v, 366, "BYSETPOS"))?,
                "WKST" => {
                    rule.week_start = read_weekday(value).ok_or(malformed("WKST"))?;
                }
                "BYHOUR" | "BYMINUTE" | "BYSECOND" => return Err(unsupported("times of day")),
                "BYWEEKNO" | "BYYEARDAY" => return Err(unsupported("numbered weeks and days")),
                _ => return Err(malformed("the name of a part")),
            }
        }
        rule.frequency = frequency.ok_or(malformed("FREQ"))?;
        rule.check()?;
        Ok(rule)
    }
}

impl Rule {
    fn check(&self) -> Result<(), ScheduleRefusal> {
        if self.count.is_some() && self.until.is_some() {
            return Err(malformed("COUNT beside UNTIL"));
        }
        let numbered = self.by_day.iter().any(|day| day.nth.is_some());
        match self.frequency {
            Frequency::Daily | Frequency::Weekly if numbered => Err(malformed("a number in BYDAY")),
            Frequency::Weekly if !self.by_month_day.is_empty() => Err(malformed("BYMONTHDAY")),
            Frequency::Yearly if !self.by_day.is_empty() && self.by_month.is_empty() => {
                Err(unsupported("weekdays of a whole year"))
            }
            Frequency::Daily | Frequency::Weekly | Frequency::Monthly | Frequency::Yearly => Ok(()),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frequency = match self.frequency {
            Frequency::Daily => "DAILY",
            Frequency::Weekly => "WEEKLY",
            Frequency::Monthly => "MONTHLY",
            Frequency::Yearly => "YEARLY",
        };
        write!(f, "FREQ={frequency}")?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        match self.until {
            None => {}
            Some(Until::Date(date)) => write!(f, ";UNTIL={}", date.strftime("%Y%m%d"))?,
            Some(Until::Local(at)) => write!(f, ";UNTIL={}", at.strftime("%Y%m%dT%H%M%S"))?,
            Some(Until::Instant(at)) => write!(f, ";UNTIL={}", at.strftime("%Y%m%dT%H%M%SZ"))?,
        }
        written(f, "BYMONTH", &self.by_month)?;
        written(f, "BYMONTHDAY", &self.by_month_day)?;
        written(f, "BYDAY", &self.by_day)?;
        written(f, "BYSETPOS", &self.by_set_pos)?;
        if self.week_start != Weekday::Monday {
            write!(f, ";WKST={}", letters(self.week_start))?;
        }
        Ok(())
    }
}

impl fmt::Display for ByDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nth) = self.nth {
            write!(f, "{nth}")?;
        }
        f.write_str(letters(self.weekday))
    }
}

fn written<T: fmt::Display>(f: &mut fmt::Formatter<'_>, name: &str, items: &[T]) -> fmt::Result {
    for (at, item) in items.iter().enumerate() {
        if at == 0 {
            write!(f, ";{name}={item}")?;
        } else {
            write!(f, ",{item}")?;
        }
    }
    Ok(())
}

fn malformed(part: &'static str) -> ScheduleRefusal {
    ScheduleRefusal::MalformedRecurrence { part }
}

fn unsupported(part: &'static str) -> ScheduleRefusal {
    ScheduleRefusal::UnsupportedRecurrence { part }
}

fn read_frequency(value: &str) -> Result<Frequency, ScheduleRefusal> {
    match value {
        "DAILY" => Ok(Frequency::Daily),
        "WEEKLY" => Ok(Frequency::Weekly),
        "MONTHLY" => Ok(Frequency::Monthly),
        "YEARLY" => Ok(Frequency::Yearly),
        "HOURLY" | "MINUTELY" | "SECONDLY" => Err(unsupported("FREQ of less than a day")),
        _ => Err(malformed("FREQ")),
    }
}

fn read_until(value: &str) -> Result<Until, ScheduleRefusal> {
    let wrong = || malformed("UNTIL");
    let digits = |range: std::ops::Range<usize>| {
        value
            .get(range)
            .filter(|text| text.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|text| text.parse::<i16>().ok())
            .ok_or(wrong())
    };
    let small = |range| digits(range).and_then(|n| i8::try_from(n).map_err(|_| wrong()));
    let date = Date::new(digits(0..4)?, small(4..6)?, small(6..8)?).map_err(|_| wrong())?;
    if value.len() == 8 {
        return Ok(Until::Date(date));
    }
    let (rest, utc) = match value.strip_suffix('Z') {
        Some(rest) => (rest, true),
        None => (value, false),
    };
    if rest.len() != 15 || rest.as_bytes()[8] != b'T' {
        return Err(wrong());
    }
    let time = jiff::civil::Time::new(small(9..11)?, small(11..13)?, small(13..15)?, 0)
        .map_err(|_| wrong())?;
    let local = date.to_datetime(time);
    if !utc {
        return Ok(Until::Local(local));
    }
    let instant = jiff::tz::TimeZone::UTC.to_timestamp(local);
    Ok(Until::Instant(instant.map_err(|_| wrong())?))
}

fn read_by_day(value: &str) -> Result<ByDay, ScheduleRefusal> {
    let wrong = malformed("BYDAY");
    let at = value.len().checked_sub(2).ok_or(wrong)?;
    let (number, day) = value.split_at_checked(at).ok_or(wrong)?;
    let weekday = read_weekday(day).ok_or(wrong)?;
    let nth = match number {
        "" => None,
        number => Some(place(number, 5, "BYDAY")?),
    };
    Ok(ByDay { nth, weekday })
}

fn read_weekday(value: &str) -> Option<Weekday> {
    WEEKDAYS
        .iter()
        .find(|(letters, _)| *letters == value)
        .map(|(_, weekday)| *weekday)
}

fn letters(weekday: Weekday) -> &'static str {
    WEEKDAYS
        .iter()
        .find(|(_, day)| *day == weekday)
        .map_or("", |(letters, _)| letters)
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

fn list<T>(
    value: &str,
    read: impl Fn(&str) -> Result<T, ScheduleRefusal>,
) -> Result<Vec<T>, ScheduleRefusal> {
    value.split(',').map(read).collect()
}

/// A number from the front (1…) or from the back (-1…), never 0.
fn place<T>(value: &str, most: T, part: &'static str) -> Result<T, ScheduleRefusal>
where
    T: FromStr + PartialOrd + std::ops::Neg<Output = T> + From<i8> + Copy,
{
    let number = within(value, -most, most, part)?;
    if number == T::from(0) {
        return Err(malformed(part));
    }
    Ok(number)
}

fn within<T: FromStr + PartialOrd>(
    value: &str,
    least: T,
    most: T,
    part: &'static str,
) -> Result<T, ScheduleRefusal> {
    value
        .parse()
        .ok()
        .filter(|number| (least..=most).contains(number))
        .ok_or(malformed(part))
}
