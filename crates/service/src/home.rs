//! Home: one look at what happened lately and how things stand.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::access::{Access, Actor};
use domain::job::JobState;
use tokio::time::Instant;
use wire::files::FileEntry;
use wire::health::{HealthPart, HealthReport};
use wire::home::{FileKind, HomeReport, Share};

use crate::{Files, Parts, ServiceError, health};

/// As many as fill a screen and the one below it.
const RECENT: u32 = 40;
/// Asking each part costs a look at the disk, or a round trip to a bucket; people who come to Home
/// need to know how it was a moment ago.
const MOMENT: Duration = Duration::from_secs(10);

/// The last health report that Home asked for.
#[derive(Default)]
pub(crate) struct LastLook {
    seen: Mutex<Option<(Instant, HealthReport)>>,
    /// Held by whoever asks anew.
    asking: tokio::sync::Mutex<()>,
}

impl LastLook {
    /// The last report if it is young, else a new one. Who comes while somebody asks gets the old
    /// one, so that a part that hangs keeps only one visitor waiting.
    async fn report(&self, parts: &Parts) -> HealthReport {
        if let Some(report) = self.seen(MOMENT) {
            return report;
        }
        let _asking = match (self.asking.try_lock(), self.seen(Duration::MAX)) {
            (Ok(asking), _) => asking,
            (Err(_), Some(old)) => return old,
            (Err(_), None) => self.asking.lock().await,
        };
        if let Some(report) = self.seen(MOMENT) {
            return report;
        }
        let report = health::report(parts).await;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        *seen = Some((Instant::now(), report.clone()));
        report
    }

    /// The last report, unless it is older than `age`.
    fn seen(&self, age: Duration) -> Option<HealthReport> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let young = seen.as_ref().filter(|(at, _)| at.elapsed() < age);
        young.map(|(_, report)| report.clone())
    }
}

/// The use case behind the first page.
#[derive(Clone, Copy)]
pub struct Home<'a> {
    parts: &'a Parts,
    last_look: &'a LastLook,
}

impl<'a> Home<'a> {
    pub(crate) fn new(parts: &'a Parts, last_look: &'a LastLook) -> Self {
        Self { parts, last_look }
    }

    pub async fn report(self, actor: Actor) -> Result<HomeReport, ServiceError> {
        let scope = actor.scope()?;
        let store = &self.parts.store;
        let health = async { Ok(self.last_look.report(self.parts).await) };
        let (files, totals, by_type, failed_jobs, health) = futures::try_join!(
            store::files::page(store, scope, None, RECENT),
            store::files::totals(store, scope),
            store::files::stored_by_type(store, scope),
            failed_jobs(self.parts, actor),
            health,
        )?;
        let recent: Vec<FileEntry> = files.iter().map(Files::entry).collect();
        let shares = shares(&by_type);
        Ok(HomeReport {
            at: self.parts.ambient.now().micros(),
            recent,
            files: totals.files,
            // Of the same look as the shares, so that they add up.
            stored_bytes: shares.iter().map(|share| share.bytes).sum(),
            shares,
            free_bytes: free_bytes(&health),
            state: health.state,
            failed_jobs,
        })
    }
}

/// Background work is the business of whoever runs the installation.
async fn failed_jobs(parts: &Parts, actor: Actor) -> Result<u64, store::StoreError> {
    if actor.may(Access::Operator).is_err() {
        return Ok(0);
    }
    let counts = store::jobs::counts(&parts.store).await?;
    let failed = counts.iter().filter(|count| count.state == JobState::Failed);
    Ok(failed.map(|count| count.jobs).sum())
}

fn free_bytes(health: &HealthReport) -> Option<u64> {
    let storage = health.checks.iter().find(|check| check.part == HealthPart::Storage);
    storage.and_then(|check| check.free_bytes)
}

fn shares(by_type: &[(String, u64)]) -> Vec<Share> {
    let mut kinds = BTreeMap::new();
    for (media_type, bytes) in by_type {
        *kinds.entry(kind_of(media_type)).or_insert(0) += bytes;
    }
    let shares = kinds.into_iter().map(|(kind, bytes)| Share { kind, bytes });
    shares.filter(|share| share.bytes > 0).collect()
}

fn kind_of(media_type: &str) -> FileKind {
    match media_type.split_once('/') {
        Some(("video", _)) => FileKind::Video,
        Some(("image", _)) => FileKind::Photo,
        Some(("audio", _)) => FileKind::Audio,
        Some(("text", _) | (_, "pdf" | "msword" | "rtf" | "epub+zip")) => FileKind::Document,
        Some((_, subtype)) if subtype.contains("document") || subtype.contains("sheet") => FileKind::Document,
        _ => FileKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_sorted_as_people_do() {
        for (media_type, kind) in [
            ("video/mp4", FileKind::Video),
            ("image/svg+xml", FileKind::Photo),
            ("audio/flac", FileKind::Audio),
            ("text/plain", FileKind::Document),
            ("application/pdf", FileKind::Document),
            (
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                FileKind::Document,
            ),
            ("application/vnd.oasis.opendocument.spreadsheet", FileKind::Document),
            ("application/zip", FileKind::Other),
            ("application/octet-stream", FileKind::Other),
            ("", FileKind::Other),
        ] {
            assert_eq!(kind_of(media_type), kind, "{media_type}");
        }
    }

    #[test]
    fn shares_add_up_and_none_is_empty() {
        let by_type = [
            ("image/png", 5),
            ("image/jpeg", 7),
            ("video/mp4", 0),
            ("application/zip", 1),
        ];
        let shares = shares(&by_type.map(|(media_type, bytes)| (media_type.to_owned(), bytes)));
        let expected = [(FileKind::Photo, 12), (FileKind::Other, 1)].map(|(kind, bytes)| Share { kind, bytes });
        assert_eq!(shares, expected);
    }
}
