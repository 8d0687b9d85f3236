//! Components and icons: what pages are put together from.
//!
//! A leaf: it knows leptos and nothing of Dropcast, so words come in from outside, already in the
//! reader's language. Looks live in `style/`, one sheet per component, under the same name.
//!
//! To add a component: a file here named by its noun, its sheet in `style/`, all its states in both,
//! and a section of `/dev/components` (in `app`) that shows them.

mod avatar;
mod banner;
mod breadcrumbs;
mod button;
mod chip;
mod choice;
mod dialog;
mod empty;
mod error_state;
mod field;
mod icon;
mod kbd;
mod labelled;
mod list;
mod menu;
mod meter;
mod name;
mod notice;
mod progress;
mod search_field;
mod segmented;
mod select;
mod skeleton;
mod slider;
mod tabs;
mod text_area;
mod toast;
mod tone;
mod verdict;
mod virtual_list;
mod whole;

pub use avatar::Avatar;
pub use banner::Banner;
pub use breadcrumbs::{Breadcrumbs, Crumb};
pub use button::{Button, ButtonKind, LinkButton};
pub use chip::{Badge, Chip, ChipKind};
pub use choice::{Checkbox, Switch};
pub use dialog::{Confirm, Dialog};
pub use empty::Empty;
pub use error_state::ErrorState;
pub use field::Field;
pub use icon::{Icon, IconName};
pub use kbd::Kbd;
pub use list::{List, Row};
pub use menu::{Menu, MenuItem, MenuLine};
pub use meter::Meter;
pub use name::Name;
pub use notice::Notice;
pub use progress::{Progress, ProgressState};
pub use search_field::SearchField;
pub use segmented::{Segment, Segmented};
pub use select::Select;
pub use skeleton::{Skeleton, SkeletonShape};
pub use slider::Slider;
pub use tabs::{TabPanel, Tabs};
pub use text_area::TextArea;
pub use toast::{Toaster, Toasts, provide_toasts, toasts};
pub use tone::Tone;
pub use verdict::Verdict;
pub use virtual_list::VirtualList;
pub use whole::Whole;
