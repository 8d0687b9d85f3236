//! The faults themselves: that each does what it says, no more and no less, and is over afterwards.

mod chaos;
mod cramped;
mod ledger;
mod program;
mod relay;
mod servers;
