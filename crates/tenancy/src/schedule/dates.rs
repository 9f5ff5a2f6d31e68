//! The dates that a rule names, in order.

use super::rule::{ByDay, Frequency, Rule};
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use std::collections::VecDeque;

/// A century after the latest first day that a schedule may have: rules that match no date (30
/// February) are found out by coming here.
const LAST_YEAR: i16 = 2300;

/// An endless iterator (as far as people plan) over the dates of a rule from the first day on.
pub(super) struct Dates<'r> {
    rule: &'r Rule,
    first: Date,
    /// The number of the next period: day, week, month or year.
    period: i32,
    ready: VecDeque<Date>,
}

impl<'r> Dates<'r> {
    pub(super) fn new(rule: &'r Rule, first: Date) -> Self {
        Self {
            rule,
            first,
            period: 0,
            ready: VecDeque::new(),
        }
    }

    /// All dates of the next period, in order; none at the end.
    fn next_period(&mut self) -> Option<Vec<Date>> {
        let by = self.period.checked_mul(self.rule.interval)?;
        self.period = self.period.checked_add(1)?;
        let start = self.period_start(by)?;
        if start.year() > LAST_YEAR {
            return None;
        }
        let mut dates = match self.rule.frequency {
            Frequency::Daily => self.day(start),
            Frequency::Weekly => self.week(start)?,
            Frequency::Monthly => self.month(start),
            Frequency::Yearly => self.year(start)?,
        };
        dates.sort_unstable();
        dates.dedup();
        Some(self.at_set_positions(dates))
    }

    fn period_start(&self, by: i32) -> Option<Date> {
        let start = match self.rule.frequency {
            Frequency::Daily => self.first.checked_add(by.days()),
            Frequency::Weekly => self.first.checked_add(by.weeks()),
            Frequency::Monthly => self.first.first_of_month().checked_add(by.months()),
            Frequency::Yearly => self.first.first_of_year().checked_add(by.years()),
        };
        start.ok()
    }

    fn day(&self, date: Date) -> Vec<Date> {
        let fits = self.fits_month(date)
            && self.fits_weekday(date)
            && (self.rule.by_month_day.is_empty() || self.fits_month_day(date));
        Vec::from_iter(fits.then_some(date))
    }

    /// The week that `within` lies in.
    fn week(&self, within: Date) -> Option<Vec<Date>> {
        let into_week = within.weekday().since(self.rule.week_start);
        let start = within.checked_sub(into_week.days()).ok()?;
        let mut dates = Vec::new();
        for day in 0..7 {
            let date = start.checked_add(day.days()).ok()?;
            let wanted = match self.rule.by_day.is_empty() {
                true => date.weekday() == self.first.weekday(),
                false => self.fits_weekday(date),
            };
            if wanted && self.fits_month(date) {
                dates.push(date);
            }
        }
        Some(dates)
    }

    /// `january` is the year's first day.
    fn year(&self, january: Date) -> Option<Vec<Date>> {
        let own = [self.first.month()];
        // By RFC 5545 `BYMONTHDAY` alone opens every month of the year.
        let all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        let months = match (&self.rule.by_month[..], &self.rule.by_month_day[..]) {
            ([], []) => &own[..],
            ([], _) => &all[..],
            (months, _) => months,
        };
        let mut dates = Vec::new();
        for month in months {
            let first = january.with().month(*month).build().ok()?;
            dates.extend(self.month(first));
        }
        Some(dates)
    }

    /// `month` is its first day.
    fn month(&self, month: Date) -> Vec<Date> {
        if !self.fits_month(month) {
            return Vec::new();
        }
        let days = (1..=month.days_in_month()).filter_map(|day| month.with().day(day).build().ok());
        let rule = self.rule;
        days.filter(
            |date| match (rule.by_month_day.is_empty(), rule.by_day.is_empty()) {
                (true, true) => date.day() == self.first.day(),
                (false, true) => self.fits_month_day(*date),
                (true, false) => self.fits_place(*date),
                (false, false) => self.fits_month_day(*date) && self.fits_place(*date),
            },
        )
        .collect()
    }

    fn fits_month(&self, date: Date) -> bool {
        self.rule.by_month.is_empty() || self.rule.by_month.contains(&date.month())
    }

    fn fits_weekday(&self, date: Date) -> bool {
        let is = |weekday: Weekday| date.weekday() == weekday;
        self.rule.by_day.is_empty() || self.rule.by_day.iter().any(|day| is(day.weekday))
    }

    fn fits_month_day(&self, date: Date) -> bool {
        let from_back = date.day() - date.days_in_month() - 1;
        let days = &self.rule.by_month_day;
        days.contains(&date.day()) || days.contains(&from_back)
    }

    /// Whether it is a named weekday, in its place from the front or the back of the month.
    fn fits_place(&self, date: Date) -> bool {
        let from_front = (date.day() - 1) / 7 + 1;
        let from_back = -((date.days_in_month() - date.day()) / 7 + 1);
        self.rule.by_day.iter().any(|ByDay { nth, weekday }| {
            date.weekday() == *weekday
                && nth.is_none_or(|nth| nth == from_front || nth == from_back)
        })
    }

    fn at_set_positions(&self, dates: Vec<Date>) -> Vec<Date> {
        if self.rule.by_set_pos.is_empty() {
            return dates;
        }
        let length = dates.len() as i16;
        let is_wanted = |at: usize| {
            let from_front = at as i16 + 1;
            let positions = &self.rule.by_set_pos;
            positions.contains(&from_front) || positions.contains(&(from_front - length - 1))
        };
        let numbered = dates.into_iter().enumerate();
        numbered
            .filter(|(at, _)| is_wanted(*at))
            .map(|(_, date)| date)
            .collect()
    }
}

impl Iterator for Dates<'_> {
    type Item = Date;

    fn next(&mut self) -> Option<Date> {
        while self.ready.is_empty() {
            let first = self.first;
            let dates = self.next_period()?;
            self.ready = dates.into_iter().filter(|date| *date >= first).collect();
        }
        self.ready.pop_front()
    }
}
