/** A plugin for Lighthouse, a platform that does not exist: the example of {@code docs/write-a-provider.md}. */
@NullMarked
package com.example.lighthouse;

import org.jspecify.annotations.NullMarked;
