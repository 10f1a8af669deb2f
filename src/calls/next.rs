/// Methods of a stream that need no other crate: `next` and `try_next`.
macro_rules! impl_next {
    ($item:ty, $error:ty, $errors:literal) => {
        /// Returns the next item; `None` at the end.
        ///
        /// # Errors
        #[doc = $errors]
        pub async fn next(&mut self) -> Option<Result<$item, $error>> {
            std::future::poll_fn(|context| futures_core::Stream::poll_next(std::pin::Pin::new(&mut *self), context))
                .await
        }

        /// Returns the next item as [`next`](Self::next) does, for `?`.
        ///
        /// # Errors
        #[doc = $errors]
        pub async fn try_next(&mut self) -> Result<Option<$item>, $error> {
            self.next().await.transpose()
        }
    };
}
