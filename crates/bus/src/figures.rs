//! What is counted.

/// Hints published on this node.
const PUBLISHED: &str = "bus_hints_published_total";
/// Hints that somebody will not hear, who is told to resync instead.
const DROPPED: &str = "bus_hints_dropped_total";
/// Times that subscribers were told to look at everything.
const RESYNCS: &str = "bus_resyncs_total";
/// Messages on our channel that are not ours.
const IGNORED: &str = "bus_messages_ignored_total";

/// Tells the process's recorder what the figures mean.
pub fn describe() {
    metrics::describe_counter!(PUBLISHED, "Hints published on this node.");
    metrics::describe_counter!(
        DROPPED,
        "Hints that were replaced by a resync, by where: a slow subscriber, the line to Redis."
    );
    metrics::describe_counter!(RESYNCS, "Resyncs told to subscribers of this node, by cause.");
    metrics::describe_counter!(IGNORED, "Messages on the channel that could not be read.");
}

pub(crate) fn published() {
    metrics::counter!(PUBLISHED).increment(1);
}

pub(crate) fn dropped(place: &'static str, hints: usize) {
    metrics::counter!(DROPPED, "at" => place).increment(hints as u64);
}

pub(crate) fn resync(cause: &'static str) {
    metrics::counter!(RESYNCS, "cause" => cause).increment(1);
}

pub(crate) fn ignored() {
    metrics::counter!(IGNORED).increment(1);
}
