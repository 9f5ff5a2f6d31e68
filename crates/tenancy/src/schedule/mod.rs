//! When a room takes place: a local time in a named time zone, perhaps again and again.
//!
//! A meeting "every Tuesday at nine in Berlin" is at nine by the clock on Berlin's walls, in winter
//! and in summer. So what is kept is the local time, the zone's name and the rule; instants are
//! computed when asked for. Where the clock is put forward, a time that does not exist is moved by
//! the gap (02:30 becomes 03:30); where it is put back, the earlier of the two is meant
//! (RFC 5545 section 3.3.5).
//!
//! Begin with [`Schedule::parse`] and [`Schedule::occurrences`].

mod calendar;
mod dates;
mod refusal;
mod rule;
mod vtimezone;

pub use calendar::{CalendarEntry, calendar_file};
pub use refusal::ScheduleRefusal;
pub use rule::{Frequency, Rule};

use dates::Dates;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rule::Until;

/// Longer than a day is a mistake in the form rather than a meeting.
pub const MAX_DURATION_MIN: u32 = 24 * 60;

/// When a room takes place.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    starts_at: DateTime,
    zone: TimeZone,
    duration_min: u32,
    rule: Option<Rule>,
}

/// One time at which a room takes place; milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    pub starts_at_ms: i64,
    pub ends_at_ms: i64,
}

impl Schedule {
    /// Reads what a person asked for: `2026-12-01T15:00`, `Asia/Shanghai`, 60,
    /// `FREQ=WEEKLY;BYDAY=TU`.
    ///
    /// # Errors
    /// [`ScheduleRefusal`] says which of the four is wrong, or that the rule matches no day.
    pub fn parse(
        starts_at: &str,
        timezone: &str,
        duration_min: u32,
        recurrence: Option<&str>,
    ) -> Result<Self, ScheduleRefusal> {
        let starts_at = local_time(starts_at)?;
        let zone = zone(timezone)?;
        if duration_min == 0 || duration_min > MAX_DURATION_MIN {
            return Err(ScheduleRefusal::Duration);
        }
        let rule = recurrence.map(str::parse).transpose()?;
        let schedule = Self {
            starts_at,
            zone,
            duration_min,
            rule,
        };
        if schedule.local_times().next().is_none() {
            return Err(ScheduleRefusal::NeverHappens);
        }
        Ok(schedule)
    }

    pub fn starts_at(&self) -> String {
        self.starts_at.strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// The zone's IANA name.
    pub fn timezone(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    pub fn duration_min(&self) -> u32 {
        self.duration_min
    }

    pub fn rule(&self) -> Option<&Rule> {
        self.rule.as_ref()
    }

    /// Those that end after `from_ms` and begin before `to_ms`, at most `limit`, in order.
    pub fn occurrences(&self, from_ms: i64, to_ms: i64, limit: usize) -> Vec<Occurrence> {
        self.all()
            .skip_while(|o| o.ends_at_ms <= from_ms)
            .take_while(|o| o.starts_at_ms < to_ms)
            .take(limit)
            .collect()
    }

    /// The one that is now, or the next.
    pub fn next(&self, now_ms: i64) -> Option<Occurrence> {
        self.all().find(|o| o.ends_at_ms > now_ms)
    }

    /// The last one; none for a rule without an end.
    pub fn last(&self) -> Option<Occurrence> {
        match &self.rule {
            Some(rule) if rule.is_endless() => None,
            Some(_) | None => self.all().last(),
        }
    }

    fn all(&self) -> impl Iterator<Item = Occurrence> {
        self.local_times()
            .map_while(|local| self.instant(local))
            .map(|start| self.lasting(start))
    }

    /// The local times at which it begins; the rule's `COUNT` and `UNTIL` are minded.
    fn local_times(&self) -> impl Iterator<Item = DateTime> {
        let time = self.starts_at.time();
        let dates: Box<dyn Iterator<Item = jiff::civil::Date>> = match &self.rule {
            None => Box::new(std::iter::once(self.starts_at.date())),
            Some(rule) => Box::new(Dates::new(rule, self.starts_at.date()).take(rule.most())),
        };
        dates
            .map(move |date| date.to_datetime(time))
            .take_while(|local| self.is_before_the_end(*local))
    }

    fn is_before_the_end(&self, local: DateTime) -> bool {
        let Some(until) = self.rule.as_ref().and_then(|rule| rule.until) else {
            return true;
        };
        until.includes(local, || self.instant(local))
    }

    /// The rule as a calendar wants it: beside a local start its end is an instant (RFC 5545
    /// section 3.3.10).
    fn rule_for_calendars(&self, rule: &Rule) -> String {
        let end = match rule.until {
            None | Some(Until::Instant(_)) => None,
            Some(Until::Date(date)) => self.instant(date.at(23, 59, 59, 0)),
            Some(Until::Local(local)) => self.instant(local),
        };
        let mut rule = rule.clone();
        rule.until = end.map(Until::Instant).or(rule.until);
        rule.to_string()
    }

    fn instant(&self, local: DateTime) -> Option<Timestamp> {
        self.zone.to_ambiguous_timestamp(local).compatible().ok()
    }

    fn lasting(&self, start: Timestamp) -> Occurrence {
        let duration = SignedDuration::from_mins(i64::from(self.duration_min));
        let starts_at_ms = start.as_millisecond();
        Occurrence {
            starts_at_ms,
            ends_at_ms: starts_at_ms.saturating_add(duration.as_millis() as i64),
        }
    }
}

/// The date in `timezone` at `now_ms`, as the instants of its first moment and of the next date's.
///
/// # Errors
/// [`ScheduleRefusal::UnknownTimezone`].
pub fn day_of(now_ms: i64, timezone: &str) -> Result<(i64, i64), ScheduleRefusal> {
    let zone = zone(timezone)?;
    let now = Timestamp::from_millisecond(now_ms).map_err(|_| ScheduleRefusal::MalformedTime)?;
    let today = zone.to_datetime(now).date();
    let midnight = |date: jiff::civil::Date| {
        zone.to_ambiguous_timestamp(date.to_datetime(jiff::civil::Time::midnight()))
            .compatible()
            .map(Timestamp::as_millisecond)
            .map_err(|_| ScheduleRefusal::MalformedTime)
    };
    let tomorrow = today
        .tomorrow()
        .map_err(|_| ScheduleRefusal::MalformedTime)?;
    Ok((midnight(today)?, midnight(tomorrow)?))
}

/// RFC 3339 in UTC, to the second: `2026-12-01T07:00:00Z`. Times outside of years 1 to 9999 are
/// shown as the nearest that can be.
pub fn rfc3339(at_ms: i64) -> String {
    let second = at_ms.div_euclid(1000);
    Timestamp::from_second(second)
        .unwrap_or(if second < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
        .to_string()
}

/// Milliseconds since 1970 of an RFC 3339 time.
///
/// # Errors
/// [`ScheduleRefusal::MalformedTime`].
pub fn from_rfc3339(text: &str) -> Result<i64, ScheduleRefusal> {
    text.parse::<Timestamp>()
        .map(Timestamp::as_millisecond)
        .map_err(|_| ScheduleRefusal::MalformedTime)
}

/// The years in which meetings are held. Outside of them it is a slip of the keyboard, and sums
/// of times need not be checked everywhere.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2200;

fn local_time(text: &str) -> Result<DateTime, ScheduleRefusal> {
    // jiff would read `2026-12-01T15:00Z` as fifteen hours on the wall, which it does not mean.
    let plain = text.len() <= 19 && !text.ends_with(['Z', 'z']) && !text.contains(['+', '[']);
    let time: DateTime = plain
        .then(|| text.parse().ok())
        .flatten()
        .ok_or(ScheduleRefusal::MalformedTime)?;
    if !YEARS.contains(&time.year()) {
        return Err(ScheduleRefusal::MalformedTime);
    }
    Ok(time)
}

fn zone(name: &str) -> Result<TimeZone, ScheduleRefusal> {
    TimeZone::get(name)
        .ok()
        .filter(|zone| zone.iana_name().is_some() && !zone.is_unknown())
        .ok_or(ScheduleRefusal::UnknownTimezone)
}

#[cfg(test)]
mod tests;
