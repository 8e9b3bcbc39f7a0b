//! Arrays that are owned, or parts of a mapped file.

use core::ops::Deref;
use std::sync::Arc;

use memmap2::Mmap;

/// An array of plain values, in memory of its own or in a mapped file.
#[derive(Clone)]
pub(crate) struct Array<T>(Storage<T>);

#[derive(Clone)]
enum Storage<T> {
    Owned(Vec<T>),
    Mapped { file: Arc<Mmap>, start: usize, length: usize },
}

impl<T> From<Vec<T>> for Array<T> {
    fn from(values: Vec<T>) -> Self {
        Self(Storage::Owned(values))
    }
}

impl<T: bytemuck::Pod> Array<T> {
    /// `bytes[start..start + length]` of a mapped file as values; none where they are not there, not aligned, or no whole
    /// number of values.
    pub(crate) fn mapped(file: &Arc<Mmap>, start: usize, length: usize) -> Option<Self> {
        let bytes = file.get(start..start.checked_add(length)?)?;
        bytemuck::try_cast_slice::<u8, T>(bytes).ok()?;
        Some(Self(Storage::Mapped { file: Arc::clone(file), start, length }))
    }
}

impl<T: bytemuck::Pod> Deref for Array<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.0 {
            Storage::Owned(values) => values,
            // Was possible when the array was made: the mapping has not moved since.
            Storage::Mapped { file, start, length } => bytemuck::cast_slice(&file[*start..*start + *length]),
        }
    }
}
