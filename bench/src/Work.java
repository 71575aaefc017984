/** What a proxy is put to: a load in rounds, or one of those that start what they need themselves. */
sealed interface Work permits Load, IdleHold, StartUp, Routed {}
