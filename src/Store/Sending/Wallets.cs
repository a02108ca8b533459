using PantryChain.Ledger.Evm;
using PantryChain.Store.Hosting;

namespace PantryChain.Store.Sending;

/// <summary>The store's own keys on chain: one that pays for everybody's calls, one that sells. Neither can touch members' money.</summary>
internal sealed class Wallets : IDisposable
{
    /// <summary>Name of the wallet that deploys, anchors, relays and publishes.</summary>
    public const string RelayerName = "relayer";

    /// <summary>Name of the wallet that accepts, ships and is paid.</summary>
    public const string SellerName = "seller";

    private Wallets(RelayerKey relayer, RelayerKey seller) => (Relayer, Seller) = (relayer, seller);

    /// <summary>Pays gas.</summary>
    public RelayerKey Relayer { get; }

    /// <summary>The cooperative as a seller.</summary>
    public RelayerKey Seller { get; }

    /// <summary>Reads both keys.</summary>
    /// <exception cref="UsageException">One is missing, readable by others or no key.</exception>
    public static Wallets Open(StoreFolder folder)
    {
        try
        {
            return new Wallets(RelayerKey.Load(PathOf(folder, RelayerName)), RelayerKey.Load(PathOf(folder, SellerName)));
        }
        catch (FileNotFoundException error)
        {
            throw new UsageException($"{error.FileName} is missing. Run './pantry store init' to create the store's keys.", error);
        }
        catch (IOException error)
        {
            throw new UsageException(error.Message, error);
        }
    }

    /// <summary>Creates the keys that are not there yet and returns their names.</summary>
    public static IReadOnlyList<string> Create(StoreFolder folder)
    {
        List<string> made = [];
        foreach (string name in (string[])[RelayerName, SellerName])
        {
            if (File.Exists(PathOf(folder, name)))
                continue;
            using RelayerKey key = RelayerKey.Create();
            key.Save(PathOf(folder, name));
            made.Add(name);
        }
        return made;
    }

    /// <summary>The key of a wallet.</summary>
    public RelayerKey this[string name] => name == SellerName ? Seller : Relayer;

    /// <inheritdoc />
    public void Dispose()
    {
        Relayer.Dispose();
        Seller.Dispose();
    }

    private static string PathOf(StoreFolder folder, string name) => folder.Key(name + ".key");
}
