using PantryChain.Store.Hosting;

namespace PantryChain.Store.Relay;

/// <summary>How often anybody without a token may bring a call: a household has one no at a time, and asks again now and then.</summary>
internal sealed class StrangerLimits() : AddressLimits(perMinute: 60, "rate_limited", "Too many calls without a token.");
