/// Makes a request builder behave as the call within.
macro_rules! impl_call {
    ($builder:ty, $output:ty) => {
        impl $builder {
            /// How long each attempt of this call may take, instead of the client's timeout.
            #[inline]
            pub fn timeout(mut self, timeout: ::std::time::Duration) -> Self {
                self.0 = self.0.timeout(timeout);
                self
            }

            /// When a failed attempt of this call is tried again, instead of the client's policy.
            #[inline]
            pub fn retry(mut self, policy: crate::RetryPolicy) -> Self {
                self.0 = self.0.retry(policy);
                self
            }

            /// Says that sending this call twice does the same as sending it once, so that it may be tried again
            /// whenever a GET may.
            #[inline]
            pub fn idempotent(mut self) -> Self {
                self.0 = self.0.idempotent();
                self
            }

            /// Adds a parameter to the query that the document does not have.
            #[inline]
            pub fn extra_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
                self.0 = self.0.extra_query(name, value);
                self
            }

            /// Sends the request. Awaiting the builder itself does the same.
            ///
            /// # Errors
            /// See [`Error`](crate::Error).
            #[inline]
            pub fn send(self) -> crate::CallFuture<$output> {
                ::std::future::IntoFuture::into_future(self.0)
            }

            /// Sends the request, and gives the answer's status, headers and raw body along with its value.
            ///
            /// # Errors
            /// See [`Error`](crate::Error).
            #[inline]
            pub fn with_response(self) -> crate::CallFuture<crate::Response<$output>> {
                self.0.with_response()
            }
        }

        #[cfg(feature = "blocking")]
        impl $builder {
            /// Sends the request and waits for the answer, for programs without async; see
            /// [`blocking`](crate::blocking).
            ///
            /// # Errors
            /// See [`Error`](crate::Error); [`Error::InvalidRequest`](crate::Error::InvalidRequest) within an async
            /// runtime.
            #[inline]
            pub fn send_blocking(self) -> Result<$output, crate::Error> {
                self.0.send_blocking()
            }

            /// Sends the request, waits for the answer, and gives its status, headers and raw body along with its
            /// value.
            ///
            /// # Errors
            /// See [`Error`](crate::Error); [`Error::InvalidRequest`](crate::Error::InvalidRequest) within an async
            /// runtime.
            #[inline]
            pub fn with_response_blocking(self) -> Result<crate::Response<$output>, crate::Error> {
                self.0.with_response_blocking()
            }
        }

        impl ::std::future::IntoFuture for $builder {
            type Output = Result<$output, crate::Error>;
            type IntoFuture = crate::CallFuture<$output>;

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                self.0.into_future()
            }
        }
    };
}

/// Gives a request builder of an export the way to a stream of bytes.
macro_rules! impl_csv {
    ($builder:ty) => {
        impl $builder {
            /// Sends the request, and gives the text as it comes, in pieces of any size.
            ///
            /// # Errors
            /// See [`Error`](crate::Error). A connection that breaks later is an error of the stream.
            #[inline]
            pub fn stream(self) -> impl Future<Output = Result<crate::ByteStream, crate::Error>> {
                self.0.stream()
            }

            /// Sends the request and waits for the answer to begin; its text is then read with
            /// [`ByteStream::next_blocking`](crate::ByteStream::next_blocking).
            ///
            /// # Errors
            /// See [`Error`](crate::Error); [`Error::InvalidRequest`](crate::Error::InvalidRequest) within an async
            /// runtime.
            #[cfg(feature = "blocking")]
            #[inline]
            pub fn stream_blocking(self) -> Result<crate::ByteStream, crate::Error> {
                self.0.stream_blocking()
            }
        }
    };
}

/// Gives a request builder of a list the way to all of its pages and items.
macro_rules! impl_paged {
    ($builder:ty, $page:ty, $item:ty) => {
        impl $builder {
            /// The items of all pages, one after another, in pages of 100 unless this request sets a `limit`.
            #[inline]
            pub fn stream(self) -> crate::ItemStream<$item> {
                self.0.items()
            }

            /// All pages, one after another, each of 100 items unless this request sets a `limit`.
            #[inline]
            pub fn pages(self) -> crate::PageStream<$page> {
                self.0.pages()
            }
        }
    };
}
