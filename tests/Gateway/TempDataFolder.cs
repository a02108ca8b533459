using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Tests;

/// <summary>A gateway's data folder that is gone after the test.</summary>
internal sealed class TempDataFolder : IDisposable
{
    private readonly TempFolder _temp = new();

    public TempDataFolder()
    {
        Folder = new DataFolder(_temp.Inside("gateway"));
        Folder.Create();
    }

    public DataFolder Folder { get; }

    public string Inside(string name) => Folder.Inside(name);

    public void Dispose() => _temp.Dispose();
}
