using PantryChain.Store.Hosting;

namespace PantryChain.Store.Joining;

/// <summary>How often anybody may knock at the door for new households; the rate stands in <c>store.json</c>.</summary>
internal sealed class JoinLimits(StoreFolder folder) : AddressLimits(folder.Options.JoinTriesPerMinute, "too_many_tries", "Too many tries to join.");
