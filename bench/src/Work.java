/** What a proxy is put to: a load in rounds, or one of the two that need a fresh process each time. */
sealed interface Work permits Load, IdleHold, StartUp {}
