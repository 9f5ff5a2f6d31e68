//! The controller alone on a simulated link.

use super::*;
use base::rng::Rng;
use std::collections::VecDeque;

/// A bottleneck with a queue, jitter that keeps the order, and loss.
#[derive(Clone, Copy, Debug)]
struct Link {
    rate: Bitrate,
    queue_us: u64,
    jitter_us: u64,
    loss: f64,
}

/// Of each packet, when it arrived.
type Report = Vec<(u16, Option<i64>)>;

const ONE_WAY_US: u64 = 20_000;
const REPORT_US: u64 = 50_000;
const FRAME_US: u64 = 33_333;

struct Flow {
    controller: Controller,
    rng: Rng,
    link: Link,
    now_us: u64,
    free_us: u64,
    last_arrived_us: u64,
    /// Number, and when it arrives, if it does.
    under_way: VecDeque<(u16, Option<u64>, u64)>,
    reports: VecDeque<(u64, Report)>,
    debt: f64,
    wanted: Bitrate,
}

impl Flow {
    fn new(seed: u64, link: Link) -> Self {
        let mut controller = Controller::new(Bitrate::kbps(1_000));
        let wanted = Bitrate::kbps(2_500);
        controller.want(wanted);
        Self {
            controller,
            rng: Rng::from_seed(seed),
            link,
            now_us: 0,
            free_us: 0,
            last_arrived_us: 0,
            under_way: VecDeque::new(),
            reports: VecDeque::new(),
            debt: 0.0,
            wanted,
        }
    }

    fn send(&mut self, bytes: usize) {
        let number = self.controller.next_number();
        self.controller.on_sent(self.now_us, bytes);
        let begins_us = self.free_us.max(self.now_us);
        let mut arrives = None;
        if begins_us - self.now_us <= self.link.queue_us {
            let takes_us = bytes as u64 * 8_000_000 / self.link.rate.as_bps();
            self.free_us = begins_us + takes_us;
            let jitter_us = (self.rng.unit() * self.link.jitter_us as f64) as u64;
            let at_us = (self.free_us + ONE_WAY_US + jitter_us).max(self.last_arrived_us);
            self.last_arrived_us = at_us;
            arrives = (!self.rng.chance(self.link.loss)).then_some(at_us);
        }
        let told_us = arrives.unwrap_or(self.free_us + ONE_WAY_US);
        self.under_way.push_back((number, arrives, told_us));
    }

    /// An encoder that fills nine tenths of the estimate, up to what is wanted.
    fn run(&mut self, seconds: u64) {
        let until_us = self.now_us + seconds * 1_000_000;
        while self.now_us < until_us {
            self.now_us += 1_000;
            if self.now_us % FRAME_US < 1_000 {
                let rate = self.controller.estimate().scaled(9, 10).min(self.wanted);
                self.debt += rate.as_bps() as f64 * FRAME_US as f64 / 8e6;
            }
            while self.debt >= 100.0 {
                let bytes = self.debt.min(1_200.0);
                self.debt -= bytes;
                self.send(bytes as usize);
            }
            while self
                .controller
                .probe()
                .is_some_and(|p| p.due_bytes(self.now_us) > 0)
            {
                self.send(1_000);
            }
            self.report();
            if self
                .controller
                .next_us()
                .is_some_and(|at| at <= self.now_us)
            {
                self.controller.tick(self.now_us);
            }
        }
    }

    fn report(&mut self) {
        if self.now_us.is_multiple_of(REPORT_US) {
            let mut report = Vec::new();
            while let Some((number, arrived, told_us)) = self.under_way.front().copied() {
                if told_us > self.now_us {
                    break;
                }
                report.push((number, arrived.map(u64::cast_signed)));
                self.under_way.pop_front();
            }
            self.reports.push_back((self.now_us + ONE_WAY_US, report));
        }
        while let Some((_, report)) = self.reports.pop_front_if(|(at, _)| *at <= self.now_us) {
            self.controller.on_feedback(self.now_us, None, &report);
        }
    }

    fn kbps(&self) -> u64 {
        self.controller.estimate().as_bps() / 1_000
    }
}

const LINKS: [(u64, u64); 6] = [(300, 0), (300, 4), (60, 0), (60, 2), (60, 4), (60, 1)];

fn link(queue_ms: u64, jitter_ms: u64) -> Link {
    Link {
        rate: Bitrate::kbps(3_000),
        queue_us: queue_ms * 1_000,
        jitter_us: jitter_ms * 1_000,
        loss: 0.0,
    }
}

#[test]
fn a_link_that_falls_is_followed_within_two_seconds_and_back_within_ten() {
    for ((queue_ms, jitter_ms), seed) in LINKS.iter().flat_map(|l| (1..=5).map(|s| (*l, s))) {
        let what = format!("queue {queue_ms} ms, jitter {jitter_ms} ms, seed {seed}");
        let wide = link(queue_ms, jitter_ms);
        let mut flow = Flow::new(seed, wide);
        flow.run(12);
        let before = flow.kbps();
        assert!((2_000..4_500).contains(&before), "{what}: {before} kbps");
        flow.link.rate = Bitrate::kbps(300);
        flow.run(2);
        let fallen = flow.kbps();
        assert!(fallen <= 400, "{what}: {fallen} kbps two seconds after");
        flow.run(8);
        let narrow = flow.kbps();
        assert!(
            (170..=420).contains(&narrow),
            "{what}: {narrow} kbps of 300"
        );
        let lost = flow.controller.loss();
        assert!(lost < 0.15, "{what}: {lost} of what is sent is lost");
        flow.link = wide;
        flow.run(10);
        let back = flow.kbps();
        assert!(back >= 2_000, "{what}: {back} kbps after recovery");
    }
}

#[test]
fn random_loss_takes_nothing_away() {
    for (loss, seed) in [0.02, 0.05, 0.10]
        .iter()
        .flat_map(|l| (1..=5).map(|s| (*l, s)))
    {
        let mut flow = Flow::new(
            seed,
            Link {
                loss,
                ..link(300, 2)
            },
        );
        flow.run(5);
        let mut dips = 0;
        for _ in 0..25 {
            flow.run(1);
            dips += u32::from(flow.kbps() < 1_800);
        }
        assert!(dips <= 3, "{loss} lost, seed {seed}: {dips} of 25 seconds");
    }
}

#[test]
fn a_link_that_is_never_full_is_found_by_probes() {
    for seed in 1..=5 {
        let mut flow = Flow::new(seed, link(300, 4));
        flow.run(2);
        let kbps = flow.kbps();
        assert!(kbps >= 2_000, "seed {seed}: {kbps} kbps after two seconds");
    }
}
