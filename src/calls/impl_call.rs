/// Implements the call of an operation with options: a struct around a [`Call`](crate::Call), whose page in the reference
/// has the setters of the options. `items` gives it the methods of lists, and `bytes` those of exports.
// These functions are compiled for each operation with options, so they only delegate to `Call`.
macro_rules! impl_call {
    ($call:ident, $output:ty, items: $item:ty) => {
        impl_call!($call, $output);

        impl $call {
            /// Returns a stream of the items of all pages. See [`Call::stream`](crate::Call::stream).
            #[inline]
            pub fn stream(self) -> $crate::ItemStream<$item> {
                self.0.stream()
            }

            /// Returns a stream of all pages. See [`Call::pages`](crate::Call::pages).
            #[inline]
            pub fn pages(self) -> $crate::PageStream<$output> {
                self.0.pages()
            }
        }
    };
    ($call:ident, $output:ty, bytes) => {
        impl_call!($call, $output);

        impl $call {
            /// Returns the body as a stream of bytes. See [`Call::bytes_stream`](crate::Call::bytes_stream).
            #[inline]
            pub async fn bytes_stream(self) -> Result<$crate::ByteStream, $crate::Error> {
                self.0.bytes_stream().await
            }

            /// Blocks until the body starts. See [`Call::bytes_stream_blocking`](crate::Call::bytes_stream_blocking).
            #[cfg(feature = "blocking")]
            #[inline]
            pub fn bytes_stream_blocking(self) -> Result<$crate::ByteStream, $crate::Error> {
                self.0.bytes_stream_blocking()
            }
        }
    };
    ($call:ident, $output:ty) => {
        impl $call {
            /// Returns the operation. See [`Call::operation`](crate::Call::operation).
            #[inline]
            pub fn operation(&self) -> &'static $crate::Operation {
                self.0.operation()
            }

            /// Sets the timeout of each attempt. See [`Call::timeout`](crate::Call::timeout).
            #[inline]
            pub fn timeout(self, timeout: impl Into<Option<::std::time::Duration>>) -> Self {
                Self(self.0.timeout(timeout))
            }

            /// Sets the retry policy. See [`Call::retry`](crate::Call::retry).
            #[inline]
            pub fn retry(self, policy: $crate::RetryPolicy) -> Self {
                Self(self.0.retry(policy))
            }

            /// Marks this call as idempotent. See [`Call::idempotent`](crate::Call::idempotent).
            #[inline]
            pub fn idempotent(self) -> Self {
                Self(self.0.idempotent())
            }

            /// Sets the access token. See [`Call::token`](crate::Call::token).
            #[inline]
            pub fn token(self, token: impl AsRef<str>) -> Self {
                Self(self.0.token(token))
            }

            /// Restricts this call to one organization. See [`Call::organization`](crate::Call::organization).
            #[inline]
            pub fn organization(self, id: impl ::std::fmt::Display) -> Self {
                Self(self.0.organization(id))
            }

            /// Adds a query parameter. See [`Call::extra_query`](crate::Call::extra_query).
            #[inline]
            pub fn extra_query(self, name: impl Into<String>, value: impl Into<String>) -> Self {
                Self(self.0.extra_query(name, value))
            }

            /// Sends the request. See [`Call::send`](crate::Call::send).
            #[inline]
            pub fn send(self) -> $crate::CallFuture<$output> {
                self.0.send()
            }

            /// Sends the request and keeps the response. See [`Call::with_response`](crate::Call::with_response).
            #[inline]
            pub fn with_response(self) -> $crate::CallFuture<$crate::Response<$output>> {
                self.0.with_response()
            }

            /// Sends the request and blocks. See [`Call::send_blocking`](crate::Call::send_blocking).
            #[cfg(feature = "blocking")]
            #[inline]
            pub fn send_blocking(self) -> Result<$output, $crate::Error> {
                self.0.send_blocking()
            }

            /// Sends the request, blocks, and keeps the response. See
            /// [`Call::with_response_blocking`](crate::Call::with_response_blocking).
            #[cfg(feature = "blocking")]
            #[inline]
            pub fn with_response_blocking(self) -> Result<$crate::Response<$output>, $crate::Error> {
                self.0.with_response_blocking()
            }
        }

        impl ::std::clone::Clone for $call {
            #[inline]
            fn clone(&self) -> Self {
                Self(self.0.clone())
            }
        }

        impl ::std::fmt::Debug for $call {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }

        impl From<$call> for $crate::Call<$output> {
            #[inline]
            fn from(call: $call) -> Self {
                call.0
            }
        }

        impl ::std::future::IntoFuture for $call {
            type Output = Result<$output, $crate::Error>;
            type IntoFuture = $crate::CallFuture<$output>;

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                self.0.send()
            }
        }
    };
}
