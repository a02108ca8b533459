namespace PantryChain.Tests;

/// <summary>A folder that is gone after the test; compiled into every test project.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pantrychain-test-").FullName;

    public string Inside(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Deletes the folder; somebody who still writes into it while it is being emptied (a host's last worker) gets a moment to end.</summary>
    public void Dispose()
    {
        if (!SpinWait.SpinUntil(TryDelete, TimeSpan.FromSeconds(5)))
            Directory.Delete(Path, recursive: true); // says why
    }

    private bool TryDelete()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
