//! The use cases over a real database and a real disk.

mod access;
mod health;
mod house;
mod listing;
mod upload;
