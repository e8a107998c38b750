//! Recognition of foreign operators.
